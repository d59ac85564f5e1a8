import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presets, rejectCodes } from '#events';
import { allPresetTables } from './preset-tables.js';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('docs/presets.md shows what every event of a preset becomes', () => {
  it.each(presets.map(({ name }) => name))('%s', name => {
    expect(page('presets.md')).toContain(allPresetTables.get(name));
  });
});

it('docs/ingest.md lists every reject code with its sentence', () => {
  for (const [code, says] of Object.entries(rejectCodes))
    expect(page('ingest.md')).toContain(`| \`${code}\` | ${says}`);
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compareWithBrowser, viewingsSchema } from './compare.js';

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url).pathname;

it('finds for each viewer the seconds that the browser itself says were played', async () => {
  const viewings = viewingsSchema.parse(JSON.parse(readFileSync(fixture('played.json'), 'utf8')));
  const compared = await compareWithBrowser(fixture('events.ndjson'), viewings);
  expect(compared).toHaveLength(8);
  expect(compared.filter(({ difference_s, allowed_s }) => difference_s > allowed_s)).toEqual([]);
});

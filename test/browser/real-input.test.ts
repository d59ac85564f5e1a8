import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareWithBrowser, viewingsSchema } from '../real-input/compare.js';
import { missingPackages, record } from './capture/record.js';

const missing = await missingPackages();
const kept = new URL('../real-input/fixtures/', import.meta.url).pathname;

/** Needs Chromium and ffmpeg (Debian: chromium, ffmpeg). */
describe.skipIf(missing.length > 0)('a real video in a real browser', () => {
  it('gives events from which the job finds what the browser says was played', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'playhead-capture-'));
    const log = join(folder, 'events.ndjson');
    try {
      const viewings = viewingsSchema.parse(await record({ clip: join(folder, 'clip.webm'), log }));
      const compared = await compareWithBrowser(log, viewings);
      expect(compared).toHaveLength(8);
      expect(compared.filter(({ difference_s, allowed_s }) => difference_s > allowed_s)).toEqual([]);
      if (process.env['PLAYHEAD_KEEP_RECORDING'] !== '1') return;
      await copyFile(log, join(kept, 'events.ndjson'));
      await writeFile(join(kept, 'played.json'), `${JSON.stringify(viewings, null, 1)}\n`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

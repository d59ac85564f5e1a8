import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openDataFolder } from './data-folder.js';
import { stories, type Told } from './stories.js';

/** Viewers who live beside each other in one data folder: each is a case of its own, and together they make the videos. */
const viewerCount = 70;
const batchCount = 4;
const folderCount = Number(process.env['PLAYHEAD_PROPERTY_RUNS'] ?? 4);
const seed = Number(process.env['PLAYHEAD_PROPERTY_SEED'] ?? 20_260_101);
const minutes = Number(process.env['PLAYHEAD_PROPERTY_MINUTES'] ?? 0);

it('gives the same rows batch by batch, in any split and order, as at once', async () => {
  await fc.assert(fc.asyncProperty(stories(viewerCount, batchCount), isSameAsFull), {
    seed,
    // A run of the job takes a second: shrinking is for whoever looks into a failure.
    endOnFailure: process.env['PLAYHEAD_PROPERTY_SHRINK'] === undefined,
    ...(minutes > 0
      ? { numRuns: 1_000_000, interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false }
      : { numRuns: folderCount }),
  });
}, 86_400_000);

async function isSameAsFull(told: readonly Told[]): Promise<void> {
  const folder = await openDataFolder();
  try {
    for (let batch = 0; batch < batchCount; batch += 1) {
      const events = told.filter(one => one.batch === batch).map(({ event }) => event);
      if (events.length === 0) continue;
      await folder.append(events);
      await folder.run();
    }
    const inBatches = await folder.rows();
    await folder.run({ isFull: true });
    expect(inBatches).toEqual(await folder.rows());
  } finally {
    await folder.close();
  }
}

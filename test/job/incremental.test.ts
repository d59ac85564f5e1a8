import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openDataFolder, type Reported } from './data-folder.js';

/** Moments and gaps that matter: around the session timeout, the settling of seeks, midnight. */
const gap_s = fc.constantFrom(0, 0.5, 1, 2, 5, 10, 30, 61, 600, 1799, 1800, 1801, 2000, 3600, 40_000, 86_000);
/** Few users, so that their events lie close together and batches cut through visits. */
const users = ['ann', 'ben', 'cat'];
const types = [
  'load',
  'play',
  'pause',
  'resume',
  'seek',
  'ended',
  'heartbeat',
  'rate_change',
  'buffer_start',
  'buffer_end',
  'hidden',
  'visible',
  'page_view',
  'unload',
];

interface Draw {
  readonly user: string;
  readonly video: string;
  readonly player: string | null;
  readonly type: string;
  readonly gap_s: number;
  readonly delay_s: number;
  readonly isSteady: boolean;
  readonly position_s: number | null;
  readonly duration_s: number | null;
  readonly batch: number;
  readonly hasCopy: boolean;
  readonly copyBatch: number;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  user: fc.constantFrom(...users),
  video: fc.constantFrom('v1', 'v1', 'v2'),
  player: fc.constantFrom('p1', 'p1', 'p2', null),
  type: fc.constantFrom('play', 'play', 'heartbeat', ...types),
  gap_s,
  delay_s: fc.constantFrom(0, 0, 1, 5000, 100_000),
  isSteady: fc.boolean(),
  position_s: fc.constantFrom(null, 0, 3, 50, 99.5, 4000, -5),
  duration_s: fc.constantFrom(null, 100, 7200),
  batch: fc.nat(2),
  hasCopy: fc.boolean(),
  copyBatch: fc.nat(2),
});

/** Events with their batches: each user's clock goes on by the gaps; steady ones are as far on in the video as on the clock. */
function story(draws: readonly Draw[]): { readonly event: Reported; readonly batch: number }[] {
  const clock = new Map<string, number>();
  return draws.flatMap((d, i) => {
    const at_s = (clock.get(d.user) ?? 80_000) + d.gap_s;
    clock.set(d.user, at_s);
    const isPage = d.type === 'page_view';
    const event: Reported = {
      id: `e${i}`,
      user: d.user,
      video: isPage ? null : d.video,
      player: d.player,
      type: d.type,
      at_s,
      received_s: at_s + d.delay_s,
      position_s: isPage ? null : d.isSteady ? at_s - 80_000 : d.position_s,
      duration_s: isPage ? null : d.duration_s,
      ...(isPage ? { shown: ['v1', 'v2'] } : {}),
    };
    const copy = { event: { ...event, received_s: at_s + d.delay_s + 7 }, batch: d.copyBatch };
    return d.hasCopy ? [{ event, batch: d.batch }, copy] : [{ event, batch: d.batch }];
  });
}

it('gives the same rows batch by batch, in any split and order, as at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(draw, { minLength: 2, maxLength: 40 }), async draws => {
      const told = story(draws);
      const [inBatches, atOnce] = [await openDataFolder(), await openDataFolder()];
      try {
        for (const batch of [0, 1, 2]) {
          const events = told.filter(one => one.batch === batch).map(({ event }) => event);
          if (events.length === 0) continue;
          await inBatches.append(events);
          await inBatches.run();
        }
        await atOnce.append(told.map(({ event }) => event));
        await atOnce.run();
        expect(await inBatches.rows()).toEqual(await atOnce.rows());
      } finally {
        await inBatches.close();
        await atOnce.close();
      }
    }),
    { seed: 20_260_101, numRuns: Number(process.env['PLAYHEAD_PROPERTY_RUNS'] ?? 6) },
  );
}, 600_000);

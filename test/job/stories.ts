import fc from 'fast-check';
import type { Reported } from './data-folder.js';

/** An event of a story, and the batch in which it comes in. */
export interface Told {
  readonly event: Reported;
  readonly batch: number;
}

/** Moments and gaps that matter: around the session timeout, the settling of seeks, midnight, days. */
const gaps_s = [0, 0, 0.5, 1, 2, 5, 10, 30, 61, 600, 1200, 1799, 1800, 1801, 2000, 3600, 40_000, 86_000, 200_000];
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
  'error',
];

/** A second telling of an event: the same id, and perhaps another time, place or arrival. */
const copy = fc.record({
  shift_s: fc.constantFrom(0, 0, 0, 3, -3, 1000, -1000, -5000, 100_000, -100_000, -300_000),
  delay_s: fc.constantFrom(7, 7, -7, 0),
  player: fc.constantFrom('same', 'same', 'p1', 'p2'),
  position_s: fc.constantFrom<'same' | number | null>('same', 'same', 5, null),
  batch: fc.nat(),
});

const draw = fc.record({
  video: fc.constantFrom('v1', 'v1', 'v2', 'v3'),
  player: fc.constantFrom('p1', 'p1', 'p2', null),
  type: fc.constantFrom('play', 'play', 'heartbeat', 'heartbeat', 'page_view', ...types),
  gap_s: fc.constantFrom(...gaps_s),
  delay_s: fc.constantFrom(0, 0, 0, 1, 5000, 100_000),
  isSteady: fc.boolean(),
  position_s: fc.constantFrom(null, 0, 3, 50, 99.5, 4000, -5),
  seek_from_s: fc.constantFrom(null, null, 20),
  duration_s: fc.constantFrom(null, 100, 7200, 500_000),
  rate: fc.constantFrom(null, null, 1, 2),
  batch: fc.nat(),
  copies: fc
    .array(copy, { maxLength: 2 })
    .map(copies => (copies.length > 0 && (copies[0]?.batch ?? 0) % 3 === 0 ? copies : [])),
});
type Draw = typeof draw extends fc.Arbitrary<infer T> ? T : never;

const viewer = fc.record({
  start_s: fc.constantFrom(80_000, 85_000, 86_000, 100_000, 260_000),
  /** How their events come in: anyhow, or one batch after the other as time goes on, with few exceptions. */
  comesInTurn: fc.boolean(),
  draws: fc.array(draw, { minLength: 1, maxLength: 14 }),
});

/** Several viewers with lives of their own, who share videos and the job's clock. */
export const stories = (viewerCount: number, batchCount: number): fc.Arbitrary<Told[]> =>
  fc
    .array(viewer, { minLength: 1, maxLength: viewerCount, size: 'max' })
    .map(viewers => viewers.flatMap((one, i) => storyOf(`u${i}`, one, batchCount)));

/** The user's clock goes on by the gaps; steady events are as far on in the video as on the clock. */
function storyOf(
  user: string,
  viewer: { start_s: number; comesInTurn: boolean; draws: Draw[] },
  batchCount: number,
): Told[] {
  let at_s = viewer.start_s;
  const batchOf = (i: number, drawn: number) =>
    viewer.comesInTurn && drawn % 8 !== 0 ? Math.floor((i * batchCount) / viewer.draws.length) : drawn % batchCount;
  return viewer.draws.flatMap((d, i) => {
    at_s += d.gap_s;
    const event = reported(user, `${user}-${i}`, d, { at_s, start_s: viewer.start_s });
    return [
      { event, batch: batchOf(i, d.batch) },
      ...d.copies.map(c => ({ event: retold(event, c), batch: c.batch % batchCount })),
    ];
  });
}

function reported(user: string, id: string, d: Draw, { at_s, start_s }: { at_s: number; start_s: number }): Reported {
  const shared = { id, user, player: d.player, type: d.type, at_s, received_s: at_s + d.delay_s };
  if (d.type === 'page_view') return { ...shared, video: null, shown: ['v1', d.video] };
  return {
    ...shared,
    video: d.video,
    position_s: d.isSteady ? at_s - start_s : d.position_s,
    seek_from_s: d.type === 'seek' ? d.seek_from_s : null,
    duration_s: d.duration_s,
    rate: d.rate,
    device: d.position_s === null ? 'tv' : 'phone',
    experiment: d.rate === null ? 'e1' : null,
    variant: d.rate === null ? (d.isSteady ? 'a' : 'b') : null,
  };
}

function retold(event: Reported, c: Draw['copies'][number]): Reported {
  return {
    ...event,
    at_s: event.at_s + c.shift_s,
    received_s: (event.received_s ?? event.at_s) + c.delay_s,
    player: c.player === 'same' ? (event.player ?? null) : c.player,
    position_s: c.position_s === 'same' ? (event.position_s ?? null) : c.position_s,
  };
}

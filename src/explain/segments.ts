import type { ExplainedSegment } from './explanation.js';
import { instantText, microsOf, secondsOf } from './numbers.js';
import type { PlainRow } from './read.js';
import { instantOf, numberOf } from './row.js';

/** Segments in their order, each with what it adds to the union: in the order of their positions, what is not covered yet. */
export function segmentsOf(rows: readonly PlainRow[]): ExplainedSegment[] {
  const placed = rows.map(row => ({
    row,
    index: numberOf(row, 'segment_index'),
    from: microsOf(numberOf(row, 'from_s')),
    to: microsOf(numberOf(row, 'to_s')),
  }));
  const added = new Map<number, bigint>();
  let covered = placed.length === 0 ? 0n : (placed.map(({ from }) => from).toSorted(ascending)[0] ?? 0n);
  for (const { index, from, to } of placed.toSorted((a, b) => ascending(a.from, b.from) || a.index - b.index)) {
    const begin = from > covered ? from : covered;
    added.set(index, to > begin ? to - begin : 0n);
    if (to > covered) covered = to;
  }
  return placed.map(({ row, index, from, to }) => ({
    index,
    fromS: secondsOf(from),
    toS: secondsOf(to),
    startedAt: instantText(instantOf(row, 'started_at')),
    endedAt: instantText(instantOf(row, 'ended_at')),
    playbackRate: numberOf(row, 'playback_rate'),
    newS: secondsOf(added.get(index) ?? 0n),
  }));
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

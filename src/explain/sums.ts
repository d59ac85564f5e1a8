import type { ExplainedSegment, ExplainedSkip, ExplainedSum, SumTerm } from './explanation.js';
import { microsOf, secondsOf } from './numbers.js';
import { cellOf, type IntervalRow, type PlainRow } from './read.js';

interface Sources {
  readonly row: PlainRow;
  readonly intervals: readonly IntervalRow[];
  readonly skips: readonly ExplainedSkip[];
  readonly segments: readonly ExplainedSegment[];
}

interface Part {
  readonly us: bigint;
  readonly from: string;
}

/** The measures of the row that are sums over the session's intervals, segments and skips, term by term. */
export function sumsOf({ row, intervals, skips, segments }: Sources): ExplainedSum[] {
  const sum = (measure: string, terms: readonly SumTerm[], total: number | null, how: string | null = null) => {
    const served = cellOf(row[measure]);
    return { measure, terms, total, how, served, agrees: Object.is(total, served) };
  };
  const seconds = (measure: string, parts: readonly Part[]) => {
    const terms = parts.filter(({ us }) => us !== 0n).map(({ us, from }) => ({ value: secondsOf(us), from }));
    return sum(measure, terms, secondsOf(totalOf(parts)));
  };
  const counts = (measure: string, terms: readonly SumTerm[]) =>
    sum(
      measure,
      terms.filter(({ value }) => value !== 0),
      terms.reduce((so, { value }) => so + value, 0),
    );
  const overIntervals = (usOf: (interval: IntervalRow) => bigint): Part[] =>
    intervals.map((interval, i) => ({ us: usOf(interval), from: `event ${i + 1}` }));
  const perInterval = (countOf: (interval: IntervalRow) => number): SumTerm[] =>
    intervals.map((interval, i) => ({ value: countOf(interval), from: `event ${i + 1}` }));
  const counting = skips
    .filter(skip => skip.counts)
    .map(({ sizeS, number }) => ({ sizeS: sizeS ?? 0, from: `skip ${number}` }));
  const perSkip = (picks: (sizeS: number) => boolean): SumTerm[] =>
    counting.map(({ sizeS, from }) => ({ value: picks(sizeS) ? 1 : 0, from }));
  const watched = overIntervals(({ watched_us }) => watched_us);
  const unique = segments.map(({ newS, index }) => ({ us: microsOf(newS), from: `segment ${index}` }));
  const rated = overIntervals(({ r, watched_us }) => BigInt(Math.round(r * Number(watched_us))));
  return [
    seconds('watch_time_s', watched),
    seconds(
      'uncertain_s',
      overIntervals(({ uncertain_us }) => uncertain_us ?? 0n),
    ),
    seconds(
      'background_s',
      overIntervals(({ watched_us, is_hidden }) => (is_hidden === 1 ? watched_us : 0n)),
    ),
    seconds(
      'content_s',
      segments.map(({ fromS, toS, index }) => ({ us: microsOf(toS) - microsOf(fromS), from: `segment ${index}` })),
    ),
    seconds('unique_watch_s', unique),
    sum('percent_viewed_ratio', [], quotient(totalOf(unique), durationOf(row)), 'unique_watch_s / duration_s'),
    sum('rate_avg', [], quotient(totalOf(rated), totalOf(watched)), 'the sum of r * watched / watch_time_s'),
    counts(
      'pause_count',
      perInterval(({ pauses }) => pauses),
    ),
    seconds(
      'pause_time_s',
      overIntervals(({ verdict, w_us }) => (verdict === 'paused' ? (w_us ?? 0n) : 0n)),
    ),
    counts(
      'skip_forward_count',
      perSkip(sizeS => sizeS > 0),
    ),
    counts(
      'skip_backward_count',
      perSkip(sizeS => sizeS < 0),
    ),
    counts(
      'skip_count',
      perSkip(() => true),
    ),
    seconds(
      'skipped_s',
      counting.map(({ sizeS, from }) => ({ us: microsOf(Math.abs(sizeS)), from })),
    ),
    counts(
      'buffer_count',
      perInterval(({ stalls }) => stalls),
    ),
    seconds(
      'buffer_time_s',
      overIntervals(({ verdict, w_us }) => (verdict === 'buffering' ? (w_us ?? 0n) : 0n)),
    ),
    counts(
      'bad_position_count',
      perInterval(({ is_bad }) => is_bad),
    ),
    counts(
      'event_count',
      perInterval(() => 1),
    ),
  ];
}

/** In whole microseconds, so that the order of the terms cannot change a digit. */
const totalOf = (parts: readonly Part[]): bigint => parts.reduce((so, { us }) => so + us, 0n);

const quotient = (a: bigint, b: bigint | null): number | null =>
  b === null || b === 0n ? null : Number(a) / Number(b);

function durationOf(row: PlainRow): bigint | null {
  const durationS = row['duration_s'];
  return typeof durationS === 'number' ? microsOf(durationS) : null;
}

import { configSchema } from '#config';
import type { Row } from '#warehouse';
import type { OracleEvent } from './event.js';
import { userId } from './findings.js';
import { goldOf } from './gold.js';
import { judge, type OracleInput, type OracleResult, type OracleRow } from './oracle.js';
import { type ComparedTable, comparedTables, type PipelineRows, runPipeline } from './pipeline.js';
import { catalog, eventsOf, type Stream } from './streams.js';

/** Where the oracle and the SQL differ in rows of one user, or of no single one. */
export interface Difference {
  readonly user: number | undefined;
  /** `sessions.watch_time_s`. */
  readonly column: string;
  readonly text: string;
}

export type TableRows = Readonly<Record<ComparedTable, readonly OracleRow[]>>;

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly pipeline: PipelineRows;
  readonly expected: TableRows;
  readonly oracle: OracleResult;
}

const endUs = Date.UTC(2026, 9, 1, 12) * 1000;

export function inputOf(streams: readonly Stream[], config = configSchema.parse({})): OracleInput {
  const events = streams.flatMap((stream, i) => eventsOf(stream, userId(i)));
  // Some of the sessions are open as seen from here, others long over.
  return { events, catalog, newestReceivedUs: endUs + 2400 * 1_000_000, config };
}

/** What pages showed to whom: one row per user and video. */
export function impressionsOf(events: readonly OracleEvent[]): OracleRow[] {
  const shown = new Map<string, OracleRow>();
  for (const event of events) {
    for (const videoId of event.impressions ?? []) {
      shown.set(`${event.user_id} ${videoId}`, { user_id: event.user_id, video_id: videoId });
    }
  }
  return [...shown.values()];
}

/** All rows by the oracle. */
export function expectedRows(input: OracleInput): { oracle: OracleResult; expected: TableRows } {
  const oracle = judge(input);
  const { sessions, segments } = oracle;
  return { oracle, expected: { sessions, segments, ...goldOf(oracle, impressionsOf(input.events), input) } };
}

/** Runs both over the same streams, one user each. */
export const compare = (streams: readonly Stream[], config = configSchema.parse({})): Promise<Comparison> =>
  compareInput(inputOf(streams, config));

/** Runs both over the same events. */
export async function compareInput(input: OracleInput): Promise<Comparison> {
  const { oracle, expected } = expectedRows(input);
  const pipeline = await runPipeline({ ...input, impressions: impressionsOf(input.events) });
  return { differences: differencesOf(expected, pipeline), pipeline, expected, oracle };
}

export function differencesOf(
  expected: Partial<TableRows>,
  actual: Partial<Readonly<Record<ComparedTable, readonly Row[]>>>,
): Difference[] {
  return comparedTables.flatMap(table => tableDifferences(table, expected[table] ?? [], actual[table] ?? []));
}

type AnyRow = Readonly<Record<string, unknown>>;

/** What tells the rows of a table apart. */
const keys: Readonly<Record<ComparedTable, readonly string[]>> = {
  sessions: ['user_id', 'player_id', 'video_id', 'started_at', 'session_id'],
  segments: ['user_id', 'session_id', 'segment_index'],
  user_videos: ['user_id', 'video_id'],
  users: ['user_id'],
  videos: ['video_id'],
  video_days: ['video_id', 'session_date'],
  video_retention: ['video_id', 'bucket'],
};

function tableDifferences(table: ComparedTable, expected: readonly AnyRow[], actual: readonly AnyRow[]): Difference[] {
  const key = (row: AnyRow) => keys[table].map(column => String(row[column])).join(' ');
  const found = (row: AnyRow, column: string, text: string): Difference => {
    const user = /^u(\d+)$/.exec(String(row['user_id']))?.[1];
    return {
      user: user === undefined ? undefined : Number(user),
      column: `${table}.${column}`,
      text: `${table} ${key(row)}: ${text}`,
    };
  };
  const actualByKey = new Map(actual.map(row => [key(row), row]));
  const result: Difference[] = [];
  if (actualByKey.size !== actual.length) result.push(found({}, 'row', 'two rows have one key'));
  for (const row of expected) {
    const other = actualByKey.get(key(row));
    actualByKey.delete(key(row));
    if (other === undefined) result.push(found(row, 'row', 'only the oracle has it'));
    else {
      for (const [column, value] of Object.entries(row)) {
        if (!isSame(value, other[column])) {
          result.push(found(row, column, `${column} oracle ${String(value)}, sql ${String(other[column])}`));
        }
      }
    }
  }
  return [...result, ...[...actualByKey.values()].map(row => found(row, 'row', 'only the SQL has it'))];
}

/** Equal to a billionth: what the last bits of a division may differ in, and a thousandth of a microsecond. */
function isSame(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') return Math.abs(expected - actual) <= 1e-9;
  return (expected ?? null) === (actual ?? null);
}

/** The smallest stream that still differs in a column: one happening less, a simpler happening, over and over. */
export async function shrink(stream: Stream, column: string, config?: OracleInput['config']): Promise<Stream> {
  let smallest = stream;
  for (let round = 0; round < 40; round++) {
    const candidates = simpler(smallest);
    if (candidates.length === 0) return smallest;
    const { differences } = await compare(candidates, config);
    const found = differences.find(difference => difference.column === column);
    const next = found?.user === undefined ? undefined : candidates[found.user];
    if (next === undefined) return smallest;
    smallest = next;
  }
  return smallest;
}

function simpler({ hasSequence, happenings }: Stream): Stream[] {
  const half = Math.ceil(happenings.length / 2);
  const fewer = [
    happenings.slice(0, half),
    happenings.slice(half),
    ...happenings.map((_, i) => happenings.filter((__, k) => k !== i)),
  ].filter(list => list.length > 0 && list.length < happenings.length);
  const plainer = happenings.flatMap((h, i) => {
    const variants = [
      { ...h, copy: 'none' as const, autoplay: null, reportsDuration: false },
      { ...h, rate: null },
      { ...h, player: 0 as const },
      { ...h, video: 0 as const },
      { ...h, gapMs: Math.min(h.gapMs, 10_000) },
      { ...h, position: 'follows' as const },
    ];
    return variants
      .filter(variant => JSON.stringify(variant) !== JSON.stringify(h))
      .map(variant => happenings.map((other, k) => (k === i ? variant : other)));
  });
  return [...fewer, ...plainer].map(list => ({ hasSequence, happenings: list }));
}

/** One line an event, as a finding shows it. */
export function describeEvents(stream: Stream): string {
  return eventsOf(stream, 'u')
    .map(e => {
      const at = ((e.us - endUs) / 1e6).toFixed(3).padStart(10);
      const more = [
        e.position_s === null ? '' : `pos ${e.position_s}`,
        e.seek_from_s === null ? '' : `from ${e.seek_from_s}`,
        e.playback_rate === null ? '' : `rate ${e.playback_rate}`,
        e.duration_s === null ? '' : `dur ${e.duration_s}`,
        e.autoplay === null ? '' : `autoplay ${e.autoplay}`,
      ].filter(text => text !== '');
      return `${at} ${e.player_id ?? '-'} ${e.video_id ?? '-'} ${e.event_type} ${more.join(', ')}`;
    })
    .join('\n');
}

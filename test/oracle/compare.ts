import { judge, type OracleInput, type OracleRow } from './oracle.js';
import { type PipelineRows, runPipeline } from './pipeline.js';
import { catalog, eventsOf, type Stream } from './streams.js';

/** Where the oracle and the SQL differ for one user. */
export interface Difference {
  readonly user: number;
  readonly columns: readonly string[];
  readonly text: string;
}

export const userId = (index: number) => `u${String(index).padStart(5, '0')}`;

const endUs = Date.UTC(2026, 9, 1, 12) * 1000;

export function inputOf(streams: readonly Stream[]): OracleInput {
  const events = streams.flatMap((stream, i) => eventsOf(stream, userId(i)));
  // Some of the sessions are open as seen from here, others long over.
  return { events, catalog, newestReceivedUs: endUs + 2400 * 1_000_000 };
}

/** Runs both over the same streams, one user each. */
export async function compare(
  streams: readonly Stream[],
): Promise<{ differences: Difference[]; pipeline: PipelineRows }> {
  const input = inputOf(streams);
  const pipeline = await runPipeline(input);
  const oracle = judge(input);
  const actualSessions = byUser(pipeline.sessions);
  const actualSegments = byUser(withSessionStart(pipeline));
  const expectedSessions = byUser(oracle.sessions);
  const expectedSegments = byUser(oracle.segments);
  const differences = streams.flatMap((_, user) => {
    const id = userId(user);
    const columns = new Set<string>();
    const lines: string[] = [];
    for (const [name, key, expected, actual] of [
      ['sessions', sessionKey, expectedSessions.get(id) ?? [], actualSessions.get(id) ?? []],
      ['segments', segmentKey, expectedSegments.get(id) ?? [], actualSegments.get(id) ?? []],
    ] as const) {
      for (const [column, line] of rowDifferences(expected, actual, key)) {
        columns.add(`${name}.${column}`);
        lines.push(`${name} ${line}`);
      }
    }
    return columns.size === 0 ? [] : [{ user, columns: [...columns], text: lines.join('\n') }];
  });
  return { differences, pipeline };
}

type AnyRow = Readonly<Record<string, unknown>>;

const sessionKey = (row: AnyRow) => `${row['player_id']} ${row['video_id']} ${row['started_at']}`;
const segmentKey = (row: AnyRow) =>
  `${row['player_id']} ${row['video_id']} ${row['session_started_at']} #${row['segment_index']}`;

function byUser(rows: readonly AnyRow[]): Map<string, AnyRow[]> {
  const users = new Map<string, AnyRow[]>();
  for (const row of rows) {
    const id = String(row['user_id']);
    const list = users.get(id);
    if (list === undefined) users.set(id, [row]);
    else list.push(row);
  }
  return users;
}

function withSessionStart({ sessions, segments }: PipelineRows): AnyRow[] {
  const starts = new Map(sessions.map(row => [row['session_id'], row['started_at']]));
  return segments.map(row => ({ ...row, session_started_at: starts.get(row['session_id']) }));
}

function rowDifferences(
  expected: readonly AnyRow[],
  actual: readonly AnyRow[],
  key: (row: AnyRow) => string,
): [string, string][] {
  const result: [string, string][] = [];
  const actualByKey = new Map(actual.map(row => [key(row), row]));
  if (actualByKey.size !== actual.length) result.push(['count', 'two rows have one key']);
  for (const row of expected) {
    const other = actualByKey.get(key(row));
    actualByKey.delete(key(row));
    if (other === undefined) result.push(['row', `only the oracle has ${key(row)}`]);
    else {
      for (const [column, value] of Object.entries(row)) {
        if (!isSame(value, other[column])) {
          result.push([column, `${key(row)}: ${column} oracle ${String(value)}, sql ${String(other[column])}`]);
        }
      }
    }
  }
  for (const row of actualByKey.keys()) result.push(['row', `only the SQL has ${row}`]);
  return result;
}

function isSame(expected: OracleRow[string] | unknown, actual: unknown): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') {
    return Math.abs(expected - actual) <= 2e-6 * Math.max(1, Math.abs(expected) / 1e6);
  }
  return (expected ?? null) === (actual ?? null);
}

/** The smallest stream that still differs in a column: one happening less, a simpler happening, over and over. */
export async function shrink(stream: Stream, column: string): Promise<Stream> {
  let smallest = stream;
  for (let round = 0; round < 40; round++) {
    const candidates = simpler(smallest);
    if (candidates.length === 0) return smallest;
    const { differences } = await compare(candidates);
    const found = differences.find(difference => difference.columns.includes(column));
    const next = found === undefined ? undefined : candidates[found.user];
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
      { ...h, isCopied: false, autoplay: null, reportsDuration: false },
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

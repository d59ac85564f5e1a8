import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type ColumnType, type Fragment, join, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Engine, Lake } from '#warehouse';
import { type Expected, type ExpectedRow, keyText } from './expected.js';
import type { Tolerance, Tolerances } from './tolerance.js';
import type { Value } from './value.js';

export interface ComparedCell {
  readonly column: string;
  readonly expected: Value;
  readonly found: Value;
  /** Found less expected, of numbers; of instants in seconds. */
  readonly difference: number | null;
  readonly ok: boolean;
}

export interface ComparedRow {
  /** `unexpected` rows stand in no line. */
  readonly line: number | null;
  readonly key: Readonly<Record<string, Value>>;
  readonly state: 'ok' | 'differs' | 'missing' | 'unexpected';
  readonly cells: readonly ComparedCell[];
  readonly note: string;
  /** Of a row that is not ok: sessions to explain, those that watched most first. */
  readonly sessions: readonly string[];
  readonly sessionCount: number;
}

export interface ValidationReport {
  readonly file: string;
  readonly table: TableName;
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly keyColumns: readonly string[];
  readonly runId: string;
  readonly tolerances: Tolerances;
  readonly rows: readonly ComparedRow[];
  readonly summary: Summary;
}

export interface Summary {
  readonly expectedRows: number;
  readonly okRows: number;
  readonly differingRows: number;
  readonly missingRows: number;
  readonly unexpectedRows: number;
  readonly comparedValues: number;
  readonly differingValues: number;
}

export interface CompareOptions {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly served: { readonly runId: string; readonly versions: Readonly<Partial<Record<TableName, number>>> };
  readonly expected: Expected;
  readonly tolerances: Tolerances;
  /** Leave out served rows that the file does not have. */
  readonly isOnlyListed: boolean;
}

type Row = Readonly<Record<string, Value>>;

/** Compares hand-made rows with those that are served; changes nothing. */
export async function compareExpected(options: CompareOptions): Promise<ValidationReport> {
  const { served, expected, tolerances, isOnlyListed } = options;
  const { level, types, rows } = expected;
  const keyColumns: readonly string[] = level.key;
  const keyOf = (row: Row) => keyText(keyColumns.map(name => row[name] ?? null));
  const servedRows = await readServed(options);
  const found = new Map(servedRows.map(row => [keyOf(row), row]));
  assertTold(expected, servedRows.map(keyOf), keyOf);
  const compared = rows.map(row =>
    compareRow(row, found.get(keyText(keyColumns.map(name => row.key[name] ?? null))), types, tolerances),
  );
  const listed = new Set(rows.map(row => keyOf(row.key)));
  const scope = isOnlyListed ? undefined : scopeOf(expected);
  const unexpected = [...found.values()]
    .filter(row => !listed.has(keyOf(row)) && scope?.(row) === true)
    .map(row => bareRow('unexpected', null, Object.fromEntries(keyColumns.map(name => [name, row[name] ?? null]))));
  const all = await withSessions(options, [...compared, ...unexpected], found, keyOf);
  return {
    file: expected.path,
    table: level.table,
    types,
    keyColumns,
    runId: served.runId,
    tolerances,
    rows: all,
    summary: summaryOf(all),
  };
}

/** Two tabs can begin the same video in the same moment; then only its id tells a session. @throws VALIDATION_INVALID */
function assertTold({ path, rows }: Expected, servedKeys: readonly string[], keyOf: (row: Row) => string): void {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const key of servedKeys) (seen.has(key) ? several : seen).add(key);
  const unclear = rows.find(row => several.has(keyOf(row.key)));
  if (unclear === undefined) return;
  throw new PlayheadError({
    code: 'VALIDATION_INVALID',
    at: `${path}:${unclear.line}`,
    message: 'several served sessions have this key',
    hint: 'name them by session_id',
  });
}

/** Which served rows a file should have had: of the users that it lists, and of sessions of their listed videos. */
function scopeOf({ level, rows }: Expected): ((row: Row) => boolean) | undefined {
  if (level.table === 'users' || level.table === 'videos') return undefined;
  const of = (row: ExpectedRow, name: string) => row.key[name] ?? row.values[name] ?? null;
  const users = new Set<Value>(rows.map(row => of(row, 'user_id')).filter(user => user !== null));
  if (users.size === 0) return undefined;
  if (level.table === 'user_videos') return row => users.has(row['user_id'] ?? null);
  const pairs = new Set(rows.map(row => keyText([of(row, 'user_id'), of(row, 'video_id')])));
  const hasVideos = rows.every(row => of(row, 'video_id') !== null);
  return row =>
    hasVideos
      ? pairs.has(keyText([row['user_id'] ?? null, row['video_id'] ?? null]))
      : users.has(row['user_id'] ?? null);
}

function compareRow(
  row: ExpectedRow,
  found: Row | undefined,
  types: Expected['types'],
  tolerances: Tolerances,
): ComparedRow {
  if (found === undefined) return { ...bareRow('missing', row.line, row.key), note: row.note };
  const cells = Object.entries(row.values).map(([column, value]) =>
    compareCell(column, value, found[column] ?? null, types[column] ?? 'string', tolerances.get(column)),
  );
  const state = cells.every(cell => cell.ok) ? 'ok' : 'differs';
  return { ...bareRow(state, row.line, row.key), cells, note: row.note };
}

const bareRow = (state: ComparedRow['state'], line: number | null, key: Row): ComparedRow => ({
  line,
  key,
  state,
  cells: [],
  note: '',
  sessions: [],
  sessionCount: 0,
});

function compareCell(
  column: string,
  expected: Value,
  found: Value,
  type: ColumnType,
  tolerance: Tolerance = { value: 0, isShare: false },
): ComparedCell {
  const difference = differenceOf(expected, found, type);
  if (difference === null) return { column, expected, found, difference, ok: expected === found };
  const allowed = tolerance.isShare ? tolerance.value * Math.abs(Number(expected)) : tolerance.value;
  // Half a microsecond more: both sides are decimal numbers written as binary ones.
  const slack = tolerance.value === 0 ? 0 : 5e-7;
  return { column, expected, found, difference, ok: Math.abs(difference) <= allowed + slack };
}

function differenceOf(expected: Value, found: Value, type: ColumnType): number | null {
  if (type === 'timestamp' && typeof expected === 'bigint' && typeof found === 'bigint') {
    return Number(found - expected) / 1e6;
  }
  if (typeof expected !== 'number' || typeof found !== 'number') return null;
  return type === 'double' ? Math.round((found - expected) * 1e9) / 1e9 : found - expected;
}

/** Values of one column in one question: engines take some thousand parameters. */
const batchSize = 500;

/** The served rows that the file may speak of: of its users or videos, or those with its ids. */
async function readServed({ lake, engine, served, expected }: CompareOptions): Promise<Row[]> {
  const { level, rows } = expected;
  const table = level.table;
  const relation = await lake.read(tables[table], { version: served.versions[table] ?? -1 });
  const columns = Object.entries(tables[table].columns).map(([name, type]) => selected(engine, name, type));
  const found = new Map<string, Row>();
  const ask = async (column: string) => {
    const wanted = [...new Set(rows.map(row => row.key[column] ?? row.values[column]))].filter(isText);
    for (let i = 0; i < wanted.length; i += batchSize) {
      const list = join(wanted.slice(i, i + batchSize).map(value => sql`${value}`));
      const answer = await engine.query(
        sql`select ${join(columns)} from ${relation} t where ${ref('t', column)} in (${list})`,
      );
      for (const row of answer.map(one => plainSchema.parse(one))) {
        found.set(keyText(tables[table].key.map(name => row[name] ?? null)), row);
      }
    }
  };
  const [first] = level.key;
  await ask(first);
  if (first === 'session_id') await ask('user_id');
  return [...found.values()];
}

const isText = (value: Value | undefined): value is string => typeof value === 'string';

/** Counts as numbers, days as text, instants as microseconds. */
function selected(engine: Engine, name: string, type: ColumnType): Fragment {
  const column = ref('t', name);
  if (type === 'timestamp') return sql`${engine.dialect.epochUs(column)} as ${ref(name)}`;
  if (type === 'date') return sql`cast(${column} as varchar) as ${ref(name)}`;
  if (type === 'bigint' || type === 'integer') return sql`cast(${column} as double) as ${ref(name)}`;
  return sql`${column} as ${ref(name)}`;
}

const valueSchema = z.union([z.string(), z.number(), z.bigint(), z.boolean(), z.null()]);
const plainSchema = z.record(z.string(), valueSchema);

const sessionsNamedMax = 5;
const sessionSchema = z.object({ anchor: z.string(), video_id: z.string(), session_id: z.string() });

/** Names the sessions behind every row that is not ok. */
async function withSessions(
  { lake, engine, served, expected }: CompareOptions,
  rows: readonly ComparedRow[],
  found: ReadonlyMap<string, Row>,
  keyOf: (row: Row) => string,
): Promise<ComparedRow[]> {
  const { table } = expected.level;
  if (table === 'sessions') {
    return rows.map(row => {
      const id = found.get(keyOf(row.key))?.['session_id'];
      return row.state === 'ok' || typeof id !== 'string' ? row : { ...row, sessions: [id], sessionCount: 1 };
    });
  }
  const anchor = table === 'videos' ? 'video_id' : 'user_id';
  const wanted = [...new Set(rows.filter(row => row.state !== 'ok').map(row => row.key[anchor] ?? null))].filter(
    isText,
  );
  const relation = await lake.read(tables.sessions, { version: served.versions.sessions ?? -1 });
  const sessions: z.infer<typeof sessionSchema>[] = [];
  for (let i = 0; i < wanted.length; i += batchSize) {
    const list = join(wanted.slice(i, i + batchSize).map(value => sql`${value}`));
    const answer = await engine.query(sql`
      select ${ref(anchor)} as anchor, video_id, session_id from ${relation} s where ${ref(anchor)} in (${list})
      order by watch_time_s + uncertain_s desc, session_id`);
    sessions.push(...answer.map(one => sessionSchema.parse(one)));
  }
  return rows.map(row => {
    if (row.state === 'ok') return row;
    const behind = sessions.filter(
      one => one.anchor === row.key[anchor] && (table !== 'user_videos' || one.video_id === row.key['video_id']),
    );
    return {
      ...row,
      sessions: behind.slice(0, sessionsNamedMax).map(one => one.session_id),
      sessionCount: behind.length,
    };
  });
}

function summaryOf(rows: readonly ComparedRow[]): Summary {
  const count = (state: ComparedRow['state']) => rows.filter(row => row.state === state).length;
  const cells = rows.flatMap(row => row.cells);
  return {
    expectedRows: rows.length - count('unexpected'),
    okRows: count('ok'),
    differingRows: count('differs'),
    missingRows: count('missing'),
    unexpectedRows: count('unexpected'),
    comparedValues: cells.length,
    differingValues: cells.filter(cell => !cell.ok).length,
  };
}

import { deparseSync } from 'pgsql-deparser';
import type { Answer, Catalog, Place } from '../catalog/index.js';
import type { Asker, Cube, FedRow, LoadedRows, RowFeed, Table } from '../cube/index.js';
import type { Dialect, DirectPlan, Node, OuterPlan, OutputColumn, Plan, Scan, ScanColumn } from '../planner/index.js';
import {
  dataRow,
  encodeValue,
  pgTypes,
  type ResultField,
  type RowStream,
  SqlError,
  sqlState,
} from '../postgres/index.js';
import { formatValue } from '../shaping/index.js';

export interface Runner {
  readonly cube: Cube;
  readonly catalog: Catalog;
  /** The data source's words for expressions; nothing where none may go down. */
  readonly dialect: Dialect | undefined;
}

export interface RunContext {
  readonly asker: Asker;
  readonly tables: readonly Table[];
  readonly timezone: string | undefined;
  readonly place: Place | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The text of a statement. Throws 54001 where it is nested too deeply to be written, as Postgres does. */
export function deparse(statement: Node): string {
  try {
    return deparseSync(statement);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('Maximum call stack size exceeded')) throw error;
    throw new SqlError('54001', 'stack depth limit exceeded', { hint: 'Nest expressions less deeply.' });
  }
}

/** What Cube answered a scan, or what is known without asking. */
export async function loadScan(scan: Scan, { cube }: Runner, context: RunContext): Promise<LoadedRows> {
  if (scan.query !== undefined) {
    const loaded = await cube.load(scan.query, context.asker, context.signal);
    return scan.query.pushed === undefined ? loaded : shaped(loaded, scan);
  }
  const rowCount = scan.hasRowWhenEmpty ? 1 : 0;
  const columns = new Map(
    scan.columns.map(({ key, type }) => [key, rowCount === 1 ? [type === 'int8' ? '0' : null] : []]),
  );
  return { columns, rowCount, lastRefreshTime: undefined, rollups: [] };
}

/** What comes of a statement comes as the driver gave it; all else Cube has shaped. */
function shaped(loaded: LoadedRows, { columns }: Scan): LoadedRows {
  const types = new Map(columns.map(({ key, type }) => [key, type === 'timestamp' ? 'time' : undefined]));
  const shapedColumn = ([key, values]: readonly [string, readonly unknown[]]): [string, unknown[]] => [
    key,
    values.map(value => formatValue(value, types.get(key))),
  ];
  return { ...loaded, columns: new Map([...loaded.columns].map(shapedColumn)) };
}

function columnOf(loaded: LoadedRows, { key, isDistinctCount }: ScanColumn): readonly unknown[] {
  const column = loaded.columns.get(key);
  if (column !== undefined) return isDistinctCount ? column.map(value => Number(value != null)) : column;
  if (loaded.rowCount === 0) return [];
  throw new Error(`Cube's answer lacks the column ${key}`);
}

/** The values of an output column, row by row. */
export function readColumn(column: OutputColumn, scan: Scan, loaded: LoadedRows): (row: number) => unknown {
  if (column.from === 'constant') return () => column.value;
  const source = scan.columns[column.index];
  const values = source === undefined ? [] : columnOf(loaded, source);
  return row => values[row];
}

/** Rows of a plan that Cube answers alone: complete DataRow messages, or a stream of them where there may be too many. */
export async function runDirect(
  plan: DirectPlan,
  resultFormats: readonly number[],
  runner: Runner,
  context: RunContext,
): Promise<{ readonly rows: readonly Buffer[]; readonly more?: RowStream }> {
  const feed = await feedOf(plan, runner, context);
  if (feed === undefined) return { rows: await loadDirect(plan, resultFormats, runner, context) };
  const read = plan.columns.map(column => fedColumn(column, plan.scan));
  const encode = (row: FedRow): Buffer =>
    dataRow(plan.columns.map(({ type }, index) => encodeValue(read[index]?.(row), type, resultFormats, index)));
  return {
    rows: [],
    more: { close: () => feed.close(), next: async () => (await feed.next()).map(encode) },
  };
}

/** The feed of a plan that shows plain rows, where there may be more of them than Cube answers at once. */
export async function feedOf(plan: DirectPlan, { cube }: Runner, context: RunContext): Promise<RowFeed | undefined> {
  const { query } = plan.scan;
  if (query === undefined || !cube.isFed(query)) return undefined;
  return cube.feed(query, context.asker, context.signal);
}

/** The value of an output column in a row of a feed. */
export function fedColumn(column: OutputColumn, scan: Scan): (row: FedRow) => unknown {
  if (column.from === 'constant') return () => column.value;
  const source = scan.columns[column.index];
  const key = source?.key ?? '';
  const type = source?.type === 'timestamp' ? 'time' : undefined;
  return row => {
    if (!Object.hasOwn(row, key)) throw new Error(`Cube's answer lacks the column ${key}`);
    return source?.isDistinctCount ? Number(row[key] != null) : formatValue(row[key], type);
  };
}

async function loadDirect(
  plan: DirectPlan,
  resultFormats: readonly number[],
  runner: Runner,
  context: RunContext,
): Promise<Buffer[]> {
  const loaded = await loadScan(plan.scan, runner, context);
  const readers = plan.columns.map(column => readColumn(column, plan.scan, loaded));
  return Array.from({ length: loaded.rowCount }, (_, row) =>
    dataRow(plan.columns.map(({ type }, index) => encodeValue(readers[index]?.(row), type, resultFormats, index))),
  );
}

/** Runs the questions to Cube, then the statement over their answers. */
export async function runOuter(
  plan: OuterPlan,
  resultFormats: readonly number[],
  runner: Runner,
  context: RunContext,
): Promise<Answer> {
  const { answered, loaded } = await loadScans(await withLists(plan, runner, context), runner, context);
  const parameters = answered.scans.map((scan, index) => Buffer.from(asJson(scan, loaded[index] ?? noRows)));
  return runner.catalog.run({ ...outerQuestion(answered, context), parameters, resultFormats }, context.tables);
}

/** The plan with the values of its subqueries, which are asked for first. */
export async function withLists(
  { lists, ...plan }: OuterPlan,
  runner: Runner,
  context: RunContext,
): Promise<OuterPlan> {
  if (lists === undefined) return plan;
  return lists.complete(await Promise.all(lists.plans.map(each => listValues(each, runner, context))));
}

async function listValues(plan: Plan, runner: Runner, context: RunContext): Promise<(string | null)[]> {
  if (plan.kind === 'catalog') throw new Error('a list is asked of a cube');
  const rows =
    plan.kind === 'direct'
      ? await loadDirect(plan, [], runner, context)
      : (await runOuter(plan, [], runner, context)).rows;
  return rows.map(row => readTexts(row)[0] ?? null);
}

const noRows: LoadedRows = { columns: new Map(), rowCount: 0, lastRefreshTime: undefined, rollups: [] };

/** What the plan asks of Cube, or where that is too much at once, what its smaller plan asks. */
async function loadScans(
  plan: OuterPlan,
  runner: Runner,
  context: RunContext,
): Promise<{ readonly answered: OuterPlan; readonly loaded: readonly LoadedRows[] }> {
  try {
    return { answered: plan, loaded: await Promise.all(plan.scans.map(scan => loadScan(scan, runner, context))) };
  } catch (error) {
    const smaller = error instanceof SqlError && error.state === sqlState.limitExceeded ? plan.smaller?.() : undefined;
    if (smaller === undefined) throw error;
    return loadScans(smaller, runner, context);
  }
}

/** The columns of an answer, and what Postgres takes the parameters for of which the plan knows no type. */
export async function describeOuter(
  plan: OuterPlan,
  known: ReadonlyMap<number, number>,
  runner: Runner,
  context: RunContext,
): Promise<{ readonly fields: readonly ResultField[]; readonly inferred: ReadonlyMap<number, number> }> {
  const describe = async (oidOfUnknown: number) => {
    const question = outerQuestion(plan, context);
    const own = plan.parameters.map(parameter => known.get(parameter) ?? oidOfUnknown);
    const parameterOids = [...question.parameterOids, ...own];
    return runner.catalog.describe({ ...question, parameterOids }, context.tables);
  };
  // Where nothing tells a parameter's type, text does.
  const answer = await describe(0).catch((error: unknown) => {
    if (error instanceof SqlError && indeterminate.has(error.state)) return describe(pgTypes.text.oid);
    throw error;
  });
  const inferred = plan.parameters.map((parameter, index): [number, number] => [
    parameter,
    answer.parameterOids[plan.scans.length + index] ?? pgTypes.text.oid,
  ]);
  return { fields: answer.fields ?? [], inferred: new Map(inferred) };
}

const indeterminate = new Set(['42P08', '42P18']);

const jsonOid = 114;

const outerQuestion = (plan: OuterPlan, { timezone, place, signal }: RunContext) => ({
  text: deparse(plan.statement),
  parameterOids: plan.scans.map(() => jsonOid),
  ...(signal !== undefined && { signal }),
  ...(timezone !== undefined && { timezone }),
  ...(place !== undefined && { place }),
});

/** Rows as `json_to_recordset` reads them: an array of objects with the keys c0, c1, ... */
function asJson(scan: Scan, loaded: LoadedRows): string {
  const columns = scan.columns.map(column => columnOf(loaded, column));
  const rows = Array.from({ length: loaded.rowCount }, (_, row) =>
    Object.fromEntries(columns.map((column, index) => [`c${index}`, column[row] ?? null])),
  );
  return JSON.stringify(rows);
}

/** The text values of a DataRow message. */
export function readTexts(row: Buffer | undefined): (string | null)[] {
  if (row === undefined) return [];
  let at = 7;
  return Array.from({ length: row.readUInt16BE(5) }, () => {
    const length = row.readInt32BE(at);
    at += 4;
    if (length === -1) return null;
    at += length;
    return row.toString('utf8', at - length, at);
  });
}

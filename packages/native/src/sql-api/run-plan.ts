import { deparseSync } from 'pgsql-deparser';
import type { Answer, Catalog, Place } from '../catalog/index.js';
import type { Asker, Cube, LoadedRows, Table } from '../cube/index.js';
import type { DirectPlan, Node, OuterPlan, OutputColumn, Scan } from '../planner/index.js';
import { dataRow, encodeValue, type ResultField } from '../postgres/index.js';

export interface Runner {
  readonly cube: Cube;
  readonly catalog: Catalog;
}

export interface RunContext {
  readonly asker: Asker;
  readonly tables: readonly Table[];
  readonly timezone: string | undefined;
  readonly place: Place | undefined;
  readonly signal: AbortSignal | undefined;
}

export const deparse = (statement: Node): string => deparseSync(statement);

/** What Cube answered a scan, or what is known without asking. */
export async function loadScan(scan: Scan, { cube }: Runner, context: RunContext): Promise<LoadedRows> {
  if (scan.query !== undefined) return cube.load(scan.query, context.asker, context.signal);
  const rowCount = scan.hasRowWhenEmpty ? 1 : 0;
  const columns = new Map(
    scan.columns.map(({ key, type }) => [key, rowCount === 1 ? [type === 'int8' ? '0' : null] : []]),
  );
  return { columns, rowCount, lastRefreshTime: undefined };
}

function columnOf(loaded: LoadedRows, key: string): readonly unknown[] {
  const column = loaded.columns.get(key);
  if (column !== undefined) return column;
  if (loaded.rowCount === 0) return [];
  throw new Error(`Cube's answer lacks the column ${key}`);
}

/** The values of an output column, row by row. */
export function readColumn(column: OutputColumn, scan: Scan, loaded: LoadedRows): (row: number) => unknown {
  if (column.from === 'constant') return () => column.value;
  const values = columnOf(loaded, scan.columns[column.index]?.key ?? '');
  return row => values[row];
}

/** DataRow messages of a plan that Cube answers alone. */
export async function runDirect(
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
  const relations = await Promise.all(
    plan.scans.map(async scan => Buffer.from(asJson(scan, await loadScan(scan, runner, context)))),
  );
  return runner.catalog.run({ ...outerQuestion(plan, context), parameters: relations, resultFormats }, context.tables);
}

export async function describeOuter(
  plan: OuterPlan,
  runner: Runner,
  context: RunContext,
): Promise<readonly ResultField[]> {
  const { fields } = await runner.catalog.describe(outerQuestion(plan, context), context.tables);
  return fields ?? [];
}

const jsonOid = 114;

const outerQuestion = (plan: OuterPlan, { timezone, place }: RunContext) => ({
  text: deparse(plan.statement),
  parameterOids: plan.scans.map(() => jsonOid),
  ...(timezone !== undefined && { timezone }),
  ...(place !== undefined && { place }),
});

/** Rows as `json_to_recordset` reads them: an array of objects with the keys c0, c1, ... */
function asJson(scan: Scan, loaded: LoadedRows): string {
  const columns = scan.columns.map(({ key }) => columnOf(loaded, key));
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

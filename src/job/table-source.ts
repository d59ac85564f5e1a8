import { z } from 'zod';
import { PlayheadError } from '#errors';
import type { ColumnKind, ResolvedMapping, SourceRows } from '#events';
import { type Fragment, join, lit, ref, sql } from '#sql';
import type { CatalogLake, Engine } from '#warehouse';
import { assertTypesUsable } from './column-types.js';
import type { SourceInput } from './ingest-place.js';
import { addedByHistory, historyLost, type Stretch } from './table-history.js';
import { parseTableName } from './table-name.js';

/** A table, view or whatever else of a catalog has rows. */
export interface TableInput extends SourceInput {
  readonly path: readonly string[];
  /** Of a Delta table: how far this ingest reads, and how that is remembered. */
  readonly progress: TableProgress | undefined;
  /** Every row is read, so what is there already has to be left out. */
  readonly isWhole: boolean;
}

export interface TableProgress {
  /** The table by its id, so that one that was made anew under the old name is another. */
  readonly appId: string;
  /** One more than the version that is read, so that 0 can stand for "never". */
  readonly reach: number;
  /** An ingest that reads so far was begun before, and may have written some of it. */
  readonly isResumed: boolean;
}

export interface TableSourceContext {
  readonly engine: Engine;
  readonly lake: CatalogLake;
  readonly mapping: ResolvedMapping;
  /** Reads every row, though the table could tell which are new. */
  readonly isWhole: boolean;
}

/** Under which name it is remembered that an ingest has begun. */
export const begunOf = (appId: string): string => `${appId}:begun`;

/** Looks at a table and tells how to read what is new in it. @throws TABLE_NOT_FOUND, INPUT_WRONG_ENGINE, INPUT_COLUMN_TYPE, INPUT_HISTORY_LOST, INPUT_NOT_APPENDED */
export async function openTable(name: string, context: TableSourceContext): Promise<TableInput> {
  const { engine, lake } = context;
  const path = parseTableName(name);
  if ((await providerOf(path, engine)) !== 'delta') {
    const isContinued = await hasRowsOf(name, lake);
    const common = { source: name, writtenAs: name, path, progress: undefined, isWhole: true };
    return { ...common, isRepeat: false, isContinued, ...(await rowsOf(ref(...path), name, context)) };
  }
  const { id, properties } = await detailOf(path, engine);
  const newest = await newestOf(path, engine);
  const appId = `playhead.ingest:delta:${id}`;
  const reached = (await lake.txnVersion('events', appId)) ?? 0;
  const begun = (await lake.txnVersion('events', begunOf(appId))) ?? 0;
  const isResumed = begun > reached && !context.isWhole;
  const to = isResumed ? begun - 1 : newest;
  const isContinued = reached > 0;
  const common = {
    source: name,
    writtenAs: `${name}@${to}`,
    path,
    progress: { appId, reach: to + 1, isResumed },
    isContinued,
    isWhole: context.isWhole,
  };
  const whole = sql`${ref(...path)} version as of ${lit(to)}`;
  if (!isContinued || context.isWhole) return { ...common, isRepeat: false, ...(await rowsOf(whole, name, context)) };
  const stretch: Stretch = { name, path, from: reached - 1, to };
  const added = to > stretch.from ? await addedRows(stretch, newest, properties, engine) : undefined;
  if (added !== undefined) return { ...common, isRepeat: false, ...(await rowsOf(added, name, context)) };
  // Nothing came: the next ingest need not look at these versions again.
  if (to > stretch.from) await lake.noteProgress('events', { appId, version: to + 1 });
  return { ...common, isRepeat: true, ...(await rowsOf(whole, name, context)) };
}

const described = z.object({ col_name: z.string(), data_type: z.string().nullable() });
const viewTypes = /VIEW/i;

/** The format of a table's rows; `view` for views of all kinds. */
async function providerOf(path: readonly string[], engine: Engine): Promise<string> {
  const rows = (await engine.query(sql`describe table extended ${ref(...path)}`)).map(row => described.parse(row));
  const told = rows.slice(rows.findIndex(row => row.col_name.startsWith('# Detailed')) + 1);
  const word = (name: string) => told.find(row => row.col_name.trim() === name)?.data_type ?? '';
  return viewTypes.test(word('Type')) ? 'view' : word('Provider').toLowerCase();
}

const detailSchema = z.object({ id: z.string(), properties: z.unknown() });

async function detailOf(path: readonly string[], engine: Engine) {
  const [row] = await engine.query(sql`describe detail ${ref(...path)}`);
  return detailSchema.parse(row);
}

async function newestOf(path: readonly string[], engine: Engine): Promise<number> {
  const [row] = await engine.query(sql`describe history ${ref(...path)} limit 1`);
  return Number(z.object({ version: z.bigint() }).parse(row).version);
}

/** By the change feed where the table keeps one for all of the stretch, else by the history. */
async function addedRows(
  stretch: Stretch,
  newest: number,
  properties: unknown,
  engine: Engine,
): Promise<Fragment | undefined> {
  const { path, from, to, name } = stretch;
  const hasFeed = /enableChangeDataFeed\W+true/i.test(JSON.stringify(properties ?? ''));
  if (!hasFeed) return addedByHistory(engine, stretch, newest);
  const quoted = path.map(part => engine.dialect.quoteName(part)).join('.');
  const changes = sql`table_changes(${lit(quoted)}, ${lit(from + 1)}, ${lit(to)})`;
  try {
    await engine.query(sql`select count(*) as n from (select 1 from ${changes} as c limit 1) as f`);
  } catch (error) {
    // The feed was turned on later than the stretch begins.
    if (error instanceof PlayheadError && error.message.includes('DELTA_MISSING_CHANGE_DATA')) {
      return addedByHistory(engine, stretch, newest);
    }
    if (isGone(error)) throw historyLost({ name }, error.message, error);
    throw error;
  }
  return sql`(select * except (_change_type, _commit_version, _commit_timestamp) from ${changes} as c where _change_type = 'insert')`;
}

/** What an engine says of versions or files that are there no longer. */
export const isGone = (error: unknown): error is PlayheadError =>
  error instanceof PlayheadError &&
  ['DELTA_MISSING_FILE', 'DELTA_VERSION_NOT_FOUND', 'DELTA_MISSING_COMMIT'].includes(error.code);

async function hasRowsOf(name: string, lake: CatalogLake): Promise<boolean> {
  return (await lake.txnVersion('events', viewApp(name))) !== undefined;
}

/** Of what has no versions it is only remembered that it was taken in. */
export const viewApp = (name: string): string => `playhead.ingest:table:${name}`;

/** All rows of a table as they are now. @throws TABLE_NOT_FOUND, INPUT_WRONG_ENGINE */
export async function readTable(name: string, engine: Engine): Promise<SourceRows> {
  return (await rowsOf(ref(...parseTableName(name)), name, { engine })).rows;
}

const lineColumn = 'playhead_line';
const column = z.object({ col_name: z.string(), data_type: z.string() });

/** The rows of a relation with their columns as the mapping reads them; rows of a table have no line. */
async function rowsOf(
  relation: Fragment,
  name: string,
  { engine, mapping }: Pick<TableSourceContext, 'engine'> & { readonly mapping?: ResolvedMapping | undefined },
): Promise<Pick<TableInput, 'rows' | 'numbered'>> {
  const described = await engine.query(sql`describe query select * from ${relation} as r`).catch(error => {
    throw isGone(error) ? historyLost({ name }, error.message, error) : error;
  });
  const columns = described.map(row => column.parse(row)).map(row => ({ ...row, kind: kindOf(row.data_type) }));
  if (mapping !== undefined) {
    const unusable = columns.flatMap(one =>
      one.kind === undefined ? { name: one.col_name, type: one.data_type } : [],
    );
    assertTypesUsable(unusable, {
      source: name,
      mapping,
      hint: 'cast it in a view over the table, or map another column',
    });
  }
  const shown = columns.flatMap(({ col_name: own, data_type, kind }) => {
    if (kind === undefined) return [];
    // A VARIANT that holds text would come as JSON text, in quotes.
    return data_type === 'variant' ? sql`cast(${ref(own)} as string) as ${ref(own)}` : ref(own);
  });
  const line = sql`cast(null as bigint) as ${ref(lineColumn)}`;
  const kinds = columns.flatMap(({ col_name: own, kind }) => (kind === undefined ? [] : [[own, kind] as const]));
  return {
    rows: {
      kind: 'table',
      from: sql`(select ${join([...shown, line])} from ${relation} as r)`,
      columns: Object.fromEntries(kinds),
      lineColumn,
    },
    numbered: undefined,
  };
}

/** What a column of a Spark type holds; undefined for what no value of an event can be read from. */
function kindOf(type: string): ColumnKind | undefined {
  if (type === 'array<string>') return 'text_list';
  if (/^(array|map|struct)\b/.test(type)) return 'nested';
  if (/^(timestamp|timestamp_ntz|date)$/.test(type)) return 'instant';
  if (/^(tinyint|smallint|int|bigint|decimal|float|double)\b/.test(type)) return 'number';
  if (type === 'boolean') return 'boolean';
  return /^(string|char|varchar|variant|void)\b/.test(type) ? 'text' : undefined;
}

import { compile, duckdb, type Fragment, join, raw, ref, sql } from '#sql';
import type { Table } from '#tables';
import type { FolderLake, LakeFile } from '#warehouse';
import { names, namesColumn, type Part } from './rollup-parts.js';

export interface InputsOptions {
  readonly lake: FolderLake;
  /** The tables of the snapshot, each with the version that it shows. */
  readonly tables: readonly { readonly table: Table; readonly version: number }[];
  /** Tables whose rows no version names: what is made of them holds for this snapshot alone. */
  readonly ownTables: readonly string[];
  /** What else the rows depend on: the run, and whose ids they carry. */
  readonly snapshotId: string;
  readonly runId: string;
  readonly ids: string;
  /** The rows of a table as the snapshot shows them. */
  readonly shown: (table: Table, rows: Fragment) => Fragment;
  readonly query: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** What the rows of a snapshot's rollups are made of, said so that equal inputs mean equal rows. */
export class SnapshotInputs {
  readonly #options: InputsOptions;
  readonly #files = new Map<string, Promise<readonly LakeFile[]>>();
  readonly #contents = new Map<string, Promise<string>>();

  constructor(options: InputsOptions) {
    this.#options = options;
  }

  /** The tables that lie in one folder a day. */
  get dated(): readonly string[] {
    return this.#options.tables.filter(({ table }) => dayOf(table) !== undefined).map(({ table }) => table.name);
  }

  /** The days of a table that have files, in order, each with its rows; infinitely many where the log does not say. */
  async rowsByDay(name: string): Promise<ReadonlyMap<string | null, number>> {
    const column = this.#dayColumn(name);
    const rows = new Map<string | null, number>();
    for (const { partitionValues, rowCount } of await this.#filesOf(name)) {
      const day = partitionValues[column] ?? null;
      rows.set(day, (rows.get(day) ?? 0) + (rowCount ?? Number.POSITIVE_INFINITY));
    }
    return new Map([...rows].toSorted(([a], [b]) => (a ?? '').localeCompare(b ?? '')));
  }

  /** Names of the files that a part of a table lies in; of all of them without one. */
  async files(name: string, part?: Part): Promise<readonly string[]> {
    const files = await this.#filesOf(name);
    const of = part === undefined ? files : files.filter(this.#isIn(name, part));
    return of.map(({ id }) => `${name} ${id}`).toSorted();
  }

  /** SQL of the rows of a part of a table, to stand in for the table. */
  async rows(name: string, part: Part): Promise<string> {
    const { table, version } = this.#table(name);
    const day = this.#dayColumn(name);
    const days = new Set(part.days);
    const read = await this.#options.lake.read(table, { version, partitions: values => days.has(values[day] ?? null) });
    return textOf(this.#options.shown(table, sql`select * from ${read} as rows_read`));
  }

  /** What a query depends on beside the rows of one table. */
  async beside(query: string, except: string | undefined): Promise<readonly string[]> {
    const { tables, ownTables, snapshotId, runId, ids } = this.#options;
    const named = tables.filter(({ table }) => table.name !== except && names(query, table.name));
    const contents = await Promise.all(named.map(({ table }) => this.#contentOf(table, query)));
    return [
      ids,
      ...contents,
      ...(ownTables.some(name => names(query, name)) ? [snapshotId] : []),
      ...(names(query, 'snapshot') ? [runId] : []),
    ];
  }

  /** Every file that the snapshot shows. */
  async served(): Promise<ReadonlySet<string>> {
    return new Set((await Promise.all(this.#options.tables.map(({ table }) => this.files(table.name)))).flat());
  }

  /**
   * The content of a table as far as a query can see it. Tables that lie in one folder a day are known by their files; of
   * the others, which each run writes anew, the values of the columns that the query names: titles stay when sums change.
   */
  async #contentOf(table: Table, query: string): Promise<string> {
    const others = this.#options.tables.flatMap(({ table: { name } }) => (name === table.name ? [] : [name]));
    const columns = Object.keys(table.columns).filter(column => namesColumn(query, column, others));
    if (dayOf(table) !== undefined || columns.length === 0 || /\.\s*\*|select\s+\*/i.test(query)) {
      return (await this.files(table.name)).join('\n');
    }
    const key = `${table.name}: ${columns.join(', ')}`;
    const known = this.#contents.get(key) ?? this.#hashOf(table, columns).then(hash => `${key} ${hash}`);
    this.#contents.set(key, known);
    return known;
  }

  async #hashOf(table: Table, columns: readonly string[]): Promise<string> {
    const values = join(columns.map(column => ref(column)));
    const counted = sql`select count(*) as n, sum(hash(${values})) as a, sum(hash('', ${values})) as b from ${ref(table.name)}`;
    const [row] = await this.#options.query(textOf(counted));
    return JSON.stringify(Object.values(row ?? {}).map(String));
  }

  #filesOf(name: string): Promise<readonly LakeFile[]> {
    const { version } = this.#table(name);
    const known = this.#files.get(name) ?? this.#options.lake.files(name, { version });
    this.#files.set(name, known);
    return known;
  }

  #isIn(name: string, { days }: Part): (file: LakeFile) => boolean {
    const day = this.#dayColumn(name);
    return file => days.includes(file.partitionValues[day] ?? null);
  }

  #table(name: string) {
    const found = this.#options.tables.find(({ table }) => table.name === name);
    if (found === undefined) throw new Error(`the snapshot has no table ${name} of a version`);
    return found;
  }

  #dayColumn(name: string): string {
    const day = dayOf(this.#table(name).table);
    if (day === undefined) throw new Error(`${name} does not lie by day`);
    return day;
  }
}

/** The column by which a table lies in folders, where that is a day. */
const dayOf = ({ partitionBy }: Table): string | undefined =>
  partitionBy.length === 1 ? partitionBy.find(column => column.endsWith('_date')) : undefined;

/** A fragment as text: views and named queries cannot have parameters. */
export function textOf(statement: Fragment): string {
  const { values } = compile(statement, duckdb);
  const literal = (position: number) => duckdb.literal(values[position - 1] ?? null);
  return compile(statement, { ...duckdb, placeholder: literal }).text;
}

/** As `textOf`, as a fragment. */
export const withLiterals = (statement: Fragment): Fragment => raw(textOf(statement));

import { PGlite } from '@electric-sql/pglite';
import { members, plays, type Table, valuesSql } from './plays.js';

/** Measures as columns of the rows: `SUM(total)` then means to Postgres what it means to the SQL API. */
const measureColumns: Readonly<Record<string, readonly string[]>> = {
  plays: ['amount AS total', 'amount AS average', 'amount AS lowest', 'amount AS highest', 'person AS people'],
  members: ['fee AS fees'],
};

const aggregates: readonly (readonly [RegExp, string])[] = [
  [/measure\((\w+\.)?count\)/gi, 'count($1id)'],
  [/measure\(((?:\w+\.)?(?:total|fees))\)/gi, 'sum($1)'],
  [/measure\(((?:\w+\.)?average)\)/gi, 'avg($1)'],
  [/measure\(((?:\w+\.)?lowest)\)/gi, 'min($1)'],
  [/measure\(((?:\w+\.)?highest)\)/gi, 'max($1)'],
  [/measure\(((?:\w+\.)?people)\)/gi, 'count(distinct $1)'],
  [/measure\((\w+\.)?ratio\)/gi, 'sum($1total) / count($1id)'],
];

/** A plain Postgres over the rows, for the same statement with MEASURE written out. */
export class Oracle {
  private readonly postgres: PGlite;

  private constructor(postgres: PGlite) {
    this.postgres = postgres;
  }

  static async start(): Promise<Oracle> {
    const postgres = await PGlite.create();
    for (const table of [plays, members]) await postgres.exec(create(table));
    return new Oracle(postgres);
  }

  async rows(sql: string): Promise<unknown[]> {
    const text = aggregates.reduce((written, [pattern, instead]) => written.replace(pattern, instead), sql);
    const { rows } = await this.postgres.query(text, [], {
      rowMode: 'array',
    });
    return rows;
  }

  async close(): Promise<void> {
    await this.postgres.close();
  }
}

function create(table: Table): string {
  const more = measureColumns[table.name] ?? [];
  return `CREATE TABLE ${table.name} AS SELECT *, ${more.join(', ')} FROM (${valuesSql(table)}) AS source`;
}

const isoDate = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value);

/** Numbers of any type and width as one: a count is `int8` here and `numeric` there. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number(value.toPrecision(12));
  if (typeof value === 'string' && value !== '' && !Number.isNaN(Number(value))) return plain(Number(value));
  return isoDate(value);
}

/** Rows as texts; in their own order where `isOrdered`. */
export function comparable(rows: readonly unknown[], isOrdered: boolean): string[] {
  const texts = rows.map(row => JSON.stringify(Array.isArray(row) ? row.map(plain) : row));
  return isOrdered ? texts : texts.sort();
}

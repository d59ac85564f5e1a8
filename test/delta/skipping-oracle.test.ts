import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayMatch, type Predicate, type StructType } from '#delta';
import { join, lit, raw, ref, sql } from '#sql';
import { DuckdbEngine, type FolderLake, openLake, type TableSpec } from '#warehouse';
import { type Asked, predicatesOver, sqlOf } from './skipping-predicates.js';

let folder: string;
let engine: DuckdbEngine;
let lake: FolderLake;
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'playhead-skipping-'));
  engine = await DuckdbEngine.open({ threads: 2 });
  lake = openLake({ folder, engine });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const long = 'a text that is longer than thirty-two characters';
const texts = ['', 'a', 'B', 'é', '\uffff', '😀', long, `${long}!`, long.slice(0, 32), `${long.slice(0, 32)}😀`];
const integers = [-2147483648, -1, 0, 1, 7, 2147483647];
const longs = [-9223372036854775808n, -1n, 0n, 9007199254740992n, 9007199254740993n, 9223372036854775807n];
const doubles = [-1e300, -1.5, -0, 0, 0.1, 0.30000000000000004, 7, 1e300, Number.NaN, Number.POSITIVE_INFINITY];
const instants = [
  '1969-12-31T23:59:59.999999Z',
  '1970-01-01T00:00:00Z',
  '2024-01-01T00:00:00.000001Z',
  '2024-01-01T00:00:00.001Z',
  '2024-01-01T00:00:00.001999Z',
  '2024-01-01T00:00:00.002Z',
];
const dates = ['0001-01-01', '1969-12-31', '1970-01-01', '2024-02-29', '9999-12-31'];

type Value = string | number | bigint | boolean | null;
const cell = (value: Value, type: string) =>
  sql`cast(${value === null ? raw('null') : lit(String(value))} as ${raw(type)})`;

/** Files of a few rows; few different values in each, so that some can be left out. */
const rowsOf = (columns: readonly { readonly values: readonly Value[] }[]) =>
  fc.array(fc.tuple(...columns.map(({ values }) => fc.constantFrom<Value>(null, ...values, ...values))), {
    minLength: 1,
    maxLength: 3,
  });

interface Outcome {
  skipped: number;
  files: number;
}

/** Asks the engine which files hold a matching row: none of them may be left out. */
async function judge(
  table: string,
  asked: readonly Asked[],
  predicate: Predicate,
  keeps: (predicate: Predicate) => Promise<ReadonlySet<string>>,
  outcome: Outcome,
): Promise<void> {
  const rows = await engine.query(
    sql`select file, bool_or(coalesce(${sqlOf(predicate, asked)}, false)) as matches from ${ref(table)} group by file`,
  );
  const kept = await keeps(predicate);
  outcome.files += rows.length;
  outcome.skipped += rows.filter(({ file }) => !kept.has(String(file))).length;
  expect(rows.filter(({ file, matches }) => matches === true && !kept.has(String(file)))).toEqual([]);
}

const plays = {
  name: 'plays',
  columns: {
    text: 'string',
    whole: 'integer',
    large: 'bigint',
    part: 'double',
    truth: 'boolean',
    at: 'timestamp',
    on: 'date',
    place: 'string',
    day: 'date',
  },
  partitionBy: ['place', 'day'],
} as const satisfies TableSpec;

const playColumns = [
  { path: ['text'], type: 'varchar', values: texts },
  { path: ['whole'], type: 'integer', values: integers },
  { path: ['large'], type: 'bigint', values: longs },
  { path: ['part'], type: 'double', values: doubles },
  { path: ['truth'], type: 'boolean', values: [true, false] },
  { path: ['at'], type: 'timestamptz', values: instants },
  { path: ['on'], type: 'date', values: dates },
  // Delta cannot tell an empty text from null as a partition value.
  { path: ['place'], type: 'varchar', values: texts.slice(1, 6) },
  { path: ['day'], type: 'date', values: dates },
] as const;

describe('files that a predicate leaves out', () => {
  it('of the lake hold no matching row, asked of DuckDB', async () => {
    for (const rows of fc.sample(rowsOf(playColumns), { seed: 5, numRuns: 12 })) {
      const selects = rows.map(
        row =>
          sql`select ${join(playColumns.map(({ path, type }, i) => sql`${cell(row[i] ?? null, type)} as ${ref(path[0])}`))}`,
      );
      await lake.append(plays, join(selects, ' union all '));
    }
    const files = await lake.files('plays');
    expect(files.length).toBeGreaterThan(12);
    await engine.run(sql`create table known (file varchar, text varchar, whole integer, large bigint, part double,
      truth boolean, "at" timestamptz, "on" date, place varchar, day date)`);
    for (const { path, partitionValues } of files) {
      await engine.run(sql`insert into known
        select ${lit(path)}, text, whole, large, part, truth, "at", "on", ${cell(partitionValues.place ?? null, 'varchar')},
          ${cell(partitionValues.day ?? null, 'date')}
        from read_parquet([${lit(path.replaceAll(/[[*?]/g, '[$&]'))}], hive_partitioning = false)`);
    }
    const keeps = async (where: Predicate) => new Set((await lake.files('plays', { where })).map(({ path }) => path));
    const outcome = { skipped: 0, files: 0 };
    const asked: readonly Asked[] = playColumns.map(one => ({ ...one, values: [null, ...one.values] }));
    await fc.assert(
      fc.asyncProperty(predicatesOver(asked), predicate => judge('known', asked, predicate, keeps, outcome)),
      { seed: 6, numRuns: 400 },
    );
    expect(outcome.skipped).toBeGreaterThan(outcome.files / 4);
  });

  it('of other writers hold none either: cut texts and instants, decimals, floats, nested columns', async () => {
    const columns = [
      { path: ['text'], type: 'varchar', delta: 'string', values: texts },
      {
        path: ['money'],
        type: 'decimal(38,10)',
        delta: 'decimal(38,10)',
        values: ['-0.1', '0.1', '12345678901.23456789', '12345678901.2345678901', '9'.repeat(28)],
      },
      { path: ['small'], type: 'float', delta: 'float', values: [0.1, 0.2, 16777216, -0.3, Number.NaN] },
      { path: ['clock'], type: 'timestamp', delta: 'timestamp_ntz', values: instants.map(at => at.slice(0, -1)) },
      { path: ['deep', 'at'], type: 'timestamptz', delta: 'timestamp', values: instants },
      { path: ['deep', 'id'], type: 'smallint', delta: 'short', values: [-32768, 0, 1, 32767] },
    ] as const;
    const field = (name: string, type: string | StructType) => ({ name, type, nullable: true, metadata: {} });
    const schema: StructType = {
      type: 'struct',
      fields: [
        ...columns.filter(({ path }) => path.length === 1).map(({ path, delta }) => field(path[0], delta)),
        field('deep', { type: 'struct', fields: [field('at', 'timestamp'), field('id', 'short')] }),
      ],
    };
    await engine.run(sql`create table foreign_rows (file varchar, text varchar, money decimal(38,10), small float,
      clock timestamp, deep struct("at" timestamptz, id smallint))`);
    for (const [i, rows] of fc.sample(rowsOf(columns), { seed: 7, numRuns: 25 }).entries()) {
      for (const row of rows) {
        const [text, money, small, clock, at, id] = columns.map(({ type }, c) => cell(row[c] ?? null, type));
        await engine.run(sql`insert into foreign_rows
          select ${lit(String(i))}, ${join([text, money, small, clock].filter(part => part !== undefined))}, {'at': ${at ?? sql``}, 'id': ${id ?? sql``}}`);
      }
    }
    const files = await statsOfAnotherWriter(columns);
    const keeps = async (where: Predicate) =>
      new Set(
        [...files].filter(([, stats]) => mayMatch({ partitionValues: {}, stats }, where, schema)).map(([file]) => file),
      );
    const outcome = { skipped: 0, files: 0 };
    const asked: readonly Asked[] = columns.map(({ path, type, values }) => ({
      path,
      type,
      values: [null, ...values],
    }));
    await fc.assert(
      fc.asyncProperty(predicatesOver(asked), predicate => judge('foreign_rows', asked, predicate, keeps, outcome)),
      { seed: 8, numRuns: 400 },
    );
    expect(outcome.skipped).toBeGreaterThan(outcome.files / 4);
  });
});

/** Statistics as a careless writer leaves them: a max that is merely cut, NaN passed over, decimals through a double. */
async function statsOfAnotherWriter(
  columns: readonly { readonly path: readonly string[]; readonly type: string }[],
): Promise<ReadonlyMap<string, string>> {
  const shown = (path: readonly string[], type: string) => {
    const column = join(
      path.map(name => ref(name)),
      '.',
    );
    switch (type) {
      case 'varchar':
        return { column, json: (bound: ReturnType<typeof sql>) => sql`to_json(substr(${bound}, 1, 32))::varchar` };
      case 'float':
        return {
          column: sql`case when not isnan(${column}) then ${column} end`,
          json: (bound: ReturnType<typeof sql>) => sql`${bound}::varchar`,
        };
      case 'timestamp':
      case 'timestamptz':
        return {
          column,
          json: (bound: ReturnType<typeof sql>) =>
            sql`'"' || strftime(${bound}::timestamp, ${lit(type === 'timestamp' ? '%Y-%m-%dT%H:%M:%S.%g' : '%Y-%m-%dT%H:%M:%S.%gZ')}) || '"'`,
        };
      case 'decimal(38,10)':
        return { column, json: (bound: ReturnType<typeof sql>) => sql`${bound}::double::varchar` };
      default:
        return { column, json: (bound: ReturnType<typeof sql>) => sql`${bound}::varchar` };
    }
  };
  const tree = (of: (path: readonly string[], type: string) => ReturnType<typeof sql>) => {
    const members = (deep: boolean) =>
      join(
        columns
          .filter(({ path }) => path.length > 1 === deep)
          .map(({ path, type }) => sql`${lit(`"${path.at(-1)}":`)} || coalesce(${of(path, type)}, 'null')`),
        ` || ',' || `,
      );
    return sql`'{' || ${members(false)} || ',"deep":{' || ${members(true)} || '}}'`;
  };
  const bound = (name: 'min' | 'max') =>
    tree((path, type) => {
      const { column, json } = shown(path, type);
      return json(sql`${raw(name)}(${column})`);
    });
  const nulls = tree(
    path =>
      sql`(count(*) - count(${join(
        path.map(name => ref(name)),
        '.',
      )}))::varchar`,
  );
  const rows = await engine.query(sql`select file,
    '{"numRecords":' || count(*) || ',"minValues":' || ${bound('min')} || ',"maxValues":' || ${bound('max')}
      || ',"nullCount":' || ${nulls} || '}' as stats
    from foreign_rows group by file`);
  return new Map(rows.map(({ file, stats }) => [String(file), String(stats)]));
}

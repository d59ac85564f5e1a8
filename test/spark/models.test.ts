import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '#config';
import { type Fragment, join, lit, raw, ref, type SqlValue, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { openSparkEngine, type Row, type SparkEngine } from '#warehouse';
import { applyEnvironment, cubeEnvironment } from '../../src/cube/environment.js';
import { asPlanned, cubeStoreCompiler, embeddedCompiler } from '../cube/compiler.js';
import { readCubes, readViews } from '../cube/model-files.js';
import { makeSmallLake, type SmallLake, writeEvents, writeGold, writeSessions } from '../cube/small-lake.js';
import { filterQuestions, type Question, questionsOf } from './questions.js';

/** How Cube's JDBC drivers put values into the text. */
const { format }: typeof import('@cubejs-backend/shared') = createRequire(import.meta.url)('@cubejs-backend/shared');

const thrift = inject('sparkThrift');
const why = 'missing' in thrift ? ` (skipped: ${thrift.missing})` : '';
const schema = `models_${process.pid}`;
const names = [...(await readCubes()), ...(await readViews())].map(({ name }) => name);

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const statement = z.looseObject({ sql: z.tuple([z.string(), z.array(value)]) });
const member = z.looseObject({
  name: z.string(),
  type: z.string().default('boolean'),
  isVisible: z.boolean(),
  aggType: z.string().optional(),
});
const shown = z.object({
  config: z.looseObject({
    name: z.string(),
    measures: z.array(member),
    dimensions: z.array(member),
    segments: z.array(member),
  }),
});

const rollup = z.looseObject({
  id: z.string(),
  references: z.object({
    measures: z.array(z.string()),
    dimensions: z.array(z.string()),
    timeDimensions: z.array(z.object({ dimension: z.string(), granularity: z.string() })),
  }),
});
const columnOf = (member: string): string => member.replace('.', '__');

describe.skipIf('missing' in thrift)(`the models on a real Spark${why}`, () => {
  const embedded = embeddedCompiler();
  const warehouse = cubeStoreCompiler('databricks-jdbc');
  let small: SmallLake;
  let restore: () => void;
  let spark: SparkEngine;
  const questions = new Map<string, readonly Question[]>();
  const kinds = new Map<string, string>();
  const cells = (rows: readonly Row[]) => rows.map(row => comparable(row, kinds));

  beforeAll(async () => {
    restore = applyEnvironment(cubeEnvironment(configSchema.parse({})));
    small = await makeSmallLake();
    await writeSessions(small, 760);
    await writeEvents(small, 400);
    await writeGold(small);
    await small.publish(1);
    const port = 'port' in thrift ? thrift.port : 0;
    const place = { kind: 'spark', host: '127.0.0.1', port, path: 'cliservice', protocol: 'http' } as const;
    const first = await openSparkEngine(place);
    await first.run(sql`create schema ${ref('spark_catalog', schema)}`);
    await first.close();
    spark = await openSparkEngine({ ...place, catalog: 'spark_catalog', schema });
    for (const name of Object.keys(tables) as TableName[]) {
      const rows = await small.lake.read(tables[name]);
      const path = joinPath(small.folder, `${name}.parquet`);
      await small.engine.run(sql`copy (select * from ${rows} r) to ${lit(path)} (format parquet)`);
      await small.engine.run(sql`create view ${ref(name)} as select * from read_parquet(${lit(path)})`);
      await spark.run(sql`create view ${ref(name)} as select * from ${raw('parquet.')}${ref(path)}`);
    }
    const snapshot = raw(await readFile('deploy/at-scale/snapshot.sql', 'utf8'));
    await Promise.all([small.engine.run(snapshot), spark.run(snapshot)]);
    const context = { securityContext: {}, requestId: 'test' };
    for (const { config } of z.array(shown).parse(await embedded.metaConfig(context, { requestId: 'test' }))) {
      questions.set(config.name, questionsOf(config));
      for (const { name, aggType } of config.measures) kinds.set(columnOf(name), aggType ?? 'number');
    }
  });

  afterAll(async () => {
    await spark?.run(sql`drop schema if exists ${ref('spark_catalog', schema)} cascade`);
    await spark?.close();
    await small?.close();
    restore?.();
  });

  const duckdbRows = async (query: Readonly<Record<string, unknown>>) => {
    const [text, values] = statement.parse(await embedded.getSql(fromRows(query))).sql;
    return cells(await small.engine.query(withValues(text, values)));
  };
  const sparkRows = async (query: Readonly<Record<string, unknown>>) => {
    const [text, values] = statement.parse(await warehouse.getSql(fromRows(query))).sql;
    return cells(await spark.query(raw(format('spark', text, values))));
  };

  const differences = async ({ says, query }: Question): Promise<string[]> => {
    const ours = await duckdbRows(query);
    expect(ours.length, says).toBeGreaterThan(0);
    try {
      const theirs = await sparkRows(query);
      return differing(ours, theirs).map(difference => `${says}: ${difference}`);
    } catch (error) {
      return [`${says}: ${error instanceof Error ? error.message : String(error)}`];
    }
  };

  it.each(names)('%s', async name => {
    const found: string[] = [];
    for (const question of questions.get(name) ?? []) found.push(...(await differences(question)));
    expect(found).toEqual([]);
  });

  it('what rollups are built from', async () => {
    const found: string[] = [];
    for (const { id, references } of z.array(rollup).parse(await warehouse.preAggregations())) {
      const built = { ...references, preAggregationQuery: true };
      const [ours, theirs] = [await duckdbRows(built), await sparkRows(built)];
      found.push(...differing(ours, theirs).map(difference => `${id}: ${difference}`));
    }
    expect(found).toEqual([]);
  });

  it.each(filterQuestions)('filters by $says', async question => {
    expect(await differences(question)).toEqual([]);
  });
});

/** As planned where no rollup is: every answer comes from the rows. */
const fromRows = ({ preAggregationQuery, ...query }: Readonly<Record<string, unknown>>) => ({
  ...asPlanned({ ...query, limit: 50_000 }),
  disableExternalPreAggregations: true,
  preAggregationQuery,
});

/** Text whose `?` are values. */
function withValues(text: string, values: readonly SqlValue[]): Fragment {
  const parts = text.split('?').map(raw);
  return join(
    parts.map((part, i) => (i < values.length ? sql`${part}${values[i] ?? null}` : part)),
    '',
  );
}

type Cells = Readonly<Record<string, unknown>>;

/** A row whose cells are the same on both engines, to the last digit but for what two engines cannot say alike. */
function comparable(row: Row, kinds: ReadonlyMap<string, string>): Cells {
  const cell = (column: string, of: unknown) => {
    const plain = typeof of === 'bigint' ? Number(of) : of;
    if (typeof plain !== 'number') return plain;
    switch (kinds.get(column)) {
      // An average adds doubles up, in the order in which each engine comes by them.
      case 'avg':
        return Number(plain.toPrecision(12));
      // Each engine estimates in its own way.
      case 'countDistinctApprox':
        return plain > 0;
      default:
        return plain;
    }
  };
  return Object.fromEntries(Object.entries(row).map(([column, of]) => [column, cell(column, of)]));
}

/** Rows that only one of two multisets has; where the rest of a row is the same, the columns that are not. */
function differing(ours: readonly Cells[], theirs: readonly Cells[]): string[] {
  const text = (row: Cells) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const left = ours.map(text);
  const missing: string[] = [];
  for (const row of theirs.map(text)) {
    const at = left.indexOf(row);
    if (at === -1) missing.push(row);
    else left.splice(at, 1);
  }
  if (left.length === 0 && missing.length === 0) return [];
  const [a = '[]', b = '[]'] = [left.toSorted()[0], missing.toSorted()[0]];
  const other = new Map<string, unknown>(JSON.parse(b));
  const columns = (JSON.parse(a) as [string, unknown][]).filter(
    ([name, cell]) => JSON.stringify(cell) !== JSON.stringify(other.get(name)),
  );
  const told = columns.map(([name, cell]) => `${name} ${JSON.stringify(cell)} / ${JSON.stringify(other.get(name))}`);
  return [`${left.length} rows only in DuckDB, ${missing.length} only in Spark; ${told.slice(0, 12).join(', ')}`];
}

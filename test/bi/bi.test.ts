import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { makeSmallLake, type SmallLake, writeEvents, writeGold, writeSessions } from '../cube/small-lake.js';

const folder = fileURLToPath(new URL('../../bi', import.meta.url));
const sources = readdirSync(join(folder, 'tableau')).map(file => [file.replace('.tds', ''), readTds(file)] as const);

interface Column {
  readonly name: string;
  readonly caption: string;
  readonly aggregation: string | undefined;
}

/** The columns and the table of a Tableau data source. */
function readTds(file: string): { readonly table: string | undefined; readonly columns: readonly Column[] } {
  const text = readFileSync(join(folder, 'tableau', file), 'utf8');
  const attribute = (tag: string, name: string) => new RegExp(` ${name}='([^']*)'`).exec(tag)?.[1];
  const columns = [...text.matchAll(/<column [^>]*>/g)].map(([tag]) => ({
    name: attribute(tag, 'name')?.slice(1, -1) ?? '',
    caption: attribute(tag, 'caption') ?? '',
    aggregation: attribute(tag, 'aggregation'),
  }));
  return { table: /<relation [^>]*table='\[public\]\.\[(\w+)\]'/.exec(text)?.[1], columns };
}

/** What Tableau writes for a default aggregation. */
const written: Readonly<Record<string, (name: string) => string>> = {
  Sum: name => `SUM(${name})`,
  Avg: name => `AVG(${name})`,
  CountD: name => `COUNT(DISTINCT ${name})`,
  Min: name => `MIN(${name})`,
  Max: name => `MAX(${name})`,
};

it('bi/ says what the models say', async () => {
  const script = fileURLToPath(new URL('../../scripts/bi.mjs', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--check']);
  expect(stdout + stderr).toBe('');
});

it('the connection files of Power BI hold one connection each', () => {
  const file = z.strictObject({
    version: z.literal('0.1'),
    connections: z.tuple([
      z.strictObject({
        details: z.strictObject({
          protocol: z.literal('postgresql'),
          address: z.strictObject({ server: z.literal('localhost:15432'), database: z.literal('playhead') }),
        }),
        options: z.strictObject({}),
        mode: z.enum(['Import', 'DirectQuery']),
      }),
    ]),
  });
  const files = readdirSync(join(folder, 'power-bi'));
  const modes = files.map(name => {
    const [connection] = file.parse(JSON.parse(readFileSync(join(folder, 'power-bi', name), 'utf8'))).connections;
    return connection.mode;
  });
  expect(modes.toSorted()).toEqual(['DirectQuery', 'Import']);
});

describe.each(sources)('the data source of %s', (view, { table, columns }) => {
  it('names its table, and no caption twice', () => {
    expect(table).toBe(view);
    expect(new Set(columns.map(({ caption }) => caption.toLowerCase())).size).toBe(columns.length);
  });
});

describe('over the SQL API', () => {
  let small: SmallLake;
  let cube: CubeServer;
  let client: pg.Client;
  beforeAll(async () => {
    small = await makeSmallLake({ serve: { rollups: false } });
    await writeSessions(small, 600);
    await writeGold(small);
    await writeEvents(small, 900);
    await small.publish(1);
    cube = await startCube({ config: small.config });
    const login = { host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', password: 'playhead' };
    client = new pg.Client({ ...login, database: 'playhead' });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await cube?.close();
    await small?.close();
  });

  it.each(sources)('%s has the columns of its data source', async (view, { columns }) => {
    const { rows } = await client.query('select column_name from information_schema.columns where table_name = $1', [
      view,
    ]);
    expect(rows.map(row => row.column_name).toSorted()).toEqual(columns.map(({ name }) => name).toSorted());
  });

  it.each(sources)('%s answers each default aggregation with the measure', async (view, { columns }) => {
    const measures = columns.filter(({ aggregation }) => aggregation !== undefined);
    const [key] = columns.filter(({ aggregation }) => aggregation === undefined);
    expect(measures.length).toBeGreaterThan(0);
    const ask = async (one: (column: Column) => string) => {
      const shown = measures.map(column => `${one(column)} AS "${column.name}"`).join(', ');
      const within = view === 'viewing_trends' ? "WHERE started_at >= '2026-01-05' AND started_at < '2026-01-20'" : '';
      const { rows } = await client.query(`SELECT ${key?.name}, ${shown} FROM ${view} ${within} GROUP BY 1 ORDER BY 1`);
      return rows;
    };
    const asTold = await ask(({ name, aggregation }) => written[aggregation ?? '']?.(name) ?? 'unknown');
    expect(asTold.length).toBeGreaterThan(0);
    expect(asTold).toEqual(await ask(({ name }) => `MEASURE(${name})`));
  });
});

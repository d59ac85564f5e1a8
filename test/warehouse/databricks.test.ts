import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlayheadError } from '#errors';
import { sql } from '#sql';
import { type DatabricksOptions, type EngineClock, openSparkEngine, type SparkEngine } from '#warehouse';
import { type Columns, FakeWarehouse, type Play } from './fake-warehouse.js';
import { ca } from './serve-thrift.js';

/** Pauses pass at once and are noted; what is longer than any pause ends when the test says so. */
class TestClock implements EngineClock {
  readonly pauses: number[] = [];
  #now = 0;
  readonly #held: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms < 5000) {
      this.pauses.push(ms);
      this.#now += ms;
      return Promise.resolve();
    }
    return new Promise(resolve => {
      this.#held.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  endTheLongWaits(): void {
    for (const end of this.#held.splice(0)) end();
  }
}

const token = 'dapi-0123456789-never-to-be-seen';
let warehouse: FakeWarehouse;
let clock: TestClock;
let engine: SparkEngine | undefined;

beforeEach(async () => {
  warehouse = await FakeWarehouse.start();
  clock = new TestClock();
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  await warehouse.close();
});

const optionsOf = (port: number): DatabricksOptions => ({
  kind: 'databricks',
  host: 'localhost',
  port,
  path: '/sql/1.0/warehouses/abc',
  auth: { kind: 'token', token },
  catalog: 'main',
  schema: 'play`head',
  statementTimeoutS: 900,
  retry: { delayMs: 1, delayMsMax: 4, startTimeoutS: 10 },
  ca,
  clock,
});

async function open(changed: Partial<DatabricksOptions> = {}): Promise<SparkEngine> {
  engine = await openSparkEngine({ ...optionsOf(warehouse.port), ...changed });
  return engine;
}

const conflict: Play = {
  kind: 'fails',
  message: '[DELTA_CONCURRENT_APPEND.WITHOUT_HINT] ConcurrentAppendException: files were added. SQLSTATE: 2D521',
  sqlState: '2D521',
};
const hangUp: Play = { kind: 'http', answer: 'hang up' };
const merge = sql`merge into t using s on t.id = s.id when matched then update set *`;

describe('a session', () => {
  it('is in UTC and ANSI mode, in its schema, with its time limit', async () => {
    await open();
    expect(warehouse.settings).toEqual([
      "set time zone 'UTC'",
      'set ansi_mode = true',
      'set statement_timeout = 900',
      'use `main`.`play``head`',
    ]);
    expect(warehouse.requests[0]).toMatchObject({ path: '/sql/1.0/warehouses/abc', authorization: `Bearer ${token}` });
  });

  it('is refused where it cannot be so', async () => {
    warehouse.isAnsi = false;
    await expect(open()).rejects.toMatchObject({ code: 'ENGINE_SETTINGS', message: expect.stringContaining('ANSI') });
    warehouse.isAnsi = true;
    warehouse.timeZone = 'Europe/Berlin';
    await expect(open()).rejects.toMatchObject({ code: 'ENGINE_SETTINGS', message: expect.stringContaining('Berlin') });
  });

  it('asks only the warehouse, and never sends telemetry', async () => {
    const one = await open();
    await one.run(sql`create view v as select 1`);
    await one.query(sql`select 1`).catch(() => undefined);
    await one.close();
    engine = undefined;
    expect([...new Set(warehouse.requests.map(({ path }) => path))]).toEqual(['/sql/1.0/warehouses/abc']);
  });
});

describe('values and rows', () => {
  it('sends values as parameters, never in the text', async () => {
    const one = await open();
    await one.run(sql`insert into t values (${"o'hara"}, ${3}, ${2.5}, ${9007199254740993n}, ${true}, ${null})`);
    expect(warehouse.asked).toEqual([
      {
        text: 'insert into t values (:p1, :p2, :p3, :p4, :p5, :p6)',
        parameters: [
          "p1 STRING o'hara",
          'p2 INTEGER 3',
          'p3 DOUBLE 2.5',
          'p4 BIGINT 9007199254740993',
          'p5 BOOLEAN TRUE',
          'p6 null undefined',
        ],
        queryTimeoutS: 900,
      },
    ]);
  });

  const columns: Columns = { n: 'bigint', t: 'string', d: 'double', b: 'boolean', at: 'timestamp', day: 'date' };
  const expected = [
    {
      n: 9007199254740993n,
      t: 'Zoë',
      d: 0.1,
      b: true,
      at: new Date('2026-03-02T10:15:01.250Z'),
      day: new Date('2026-03-02T00:00:00Z'),
    },
    { n: -9223372036854775808n, t: '', d: -0.5, b: false, at: new Date(0), day: new Date(0) },
    { n: null, t: null, d: null, b: null, at: null, day: null },
  ];

  it('gives rows that come as Arrow in the types that DuckDB gives', async () => {
    warehouse.plays = [{ kind: 'rows', as: 'arrow', columns, rows: expected }];
    expect(await (await open()).query(sql`select * from t`)).toEqual(expected);
  });

  it('gives rows that come column by column in the same types', async () => {
    const [first, second, third] = expected;
    const rows = [
      { ...first, at: '2026-03-02 10:15:01.25', day: '2026-03-02' },
      { ...second, at: '1970-01-01 00:00:00', day: '1970-01-01' },
      { ...third },
    ];
    warehouse.plays = [{ kind: 'rows', as: 'columns', columns, rows }];
    expect(await (await open()).query(sql`describe t`)).toEqual(expected);
  });
});

describe('asking again', () => {
  it('repeats a statement that lost against another writer, if it says so, after longer and longer pauses', async () => {
    warehouse.plays = [conflict, conflict, conflict];
    await (await open()).run(merge, { repeat: 'conflict' });
    expect(warehouse.asked).toHaveLength(4);
    expect(clock.pauses).toEqual([1, 2, 4]);
  });

  it('does not repeat it by itself, and not for ever', async () => {
    warehouse.plays = [conflict];
    await expect((await open()).run(merge)).rejects.toMatchObject({ code: 'DELTA_CONFLICT' });
    expect(warehouse.asked).toHaveLength(1);
    warehouse.plays = Array.from({ length: 9 }, () => conflict);
    await expect(engine?.run(merge, { repeat: 'conflict' })).rejects.toMatchObject({ code: 'DELTA_CONFLICT' });
    expect(warehouse.asked).toHaveLength(1 + 5);
  });

  it('repeats what may run twice when the connection broke, and nothing else', async () => {
    const one = await open();
    warehouse.plays = [hangUp];
    await expect(one.run(merge, { repeat: 'conflict' })).rejects.toMatchObject({ code: 'ENGINE_CONNECTION_LOST' });
    expect(warehouse.asked).toHaveLength(0);
    warehouse.plays = [hangUp, hangUp];
    await one.run(sql`create or replace temporary view v as select 1`, { repeat: 'always' });
    warehouse.plays = [hangUp, { kind: 'rows', as: 'arrow', columns: { n: 'bigint' }, rows: [{ n: 1n }] }];
    expect(await one.query(sql`select n from t`)).toEqual([{ n: 1n }]);
  });

  it('waits for a warehouse that starts, as long as it asks for', async () => {
    warehouse.openings = [
      { status: 503, headers: { 'Retry-After': '3' } },
      { status: 503, headers: { 'Retry-After': '2' } },
    ];
    await open();
    expect(clock.pauses).toEqual([3000, 2000]);
  });

  it('gives up on one that stays stopped', async () => {
    warehouse.openings = Array.from({ length: 9 }, () => ({ status: 503, headers: { 'Retry-After': '4' } }));
    await expect(open()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', hint: expect.stringContaining('start') });
    expect(clock.pauses).toEqual([4000, 4000, 4000]);
  });

  it('waits for a busy one with any statement, which it has not taken', async () => {
    const one = await open();
    warehouse.plays = [{ kind: 'http', answer: { status: 429, headers: { 'Retry-After': '1' } } }];
    await one.run(sql`insert into t values (1)`);
    expect(warehouse.asked).toHaveLength(1);
  });
});

describe('ending what runs', () => {
  const endless = sql`select * from endless`;

  it('cancels a statement over there when it is interrupted, and goes on', async () => {
    const one = await open();
    warehouse.plays = [{ kind: 'runs' }];
    const refused = expect(one.query(endless)).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await warehouse.untilRunning();
    one.interrupt();
    await refused;
    expect(warehouse.cancelledCount).toBe(1);
    await one.run(sql`create view v as select 1`);
  });

  it('cancels when the command is stopped, and starts nothing more', async () => {
    const stop = new AbortController();
    const one = await open({ signal: stop.signal });
    warehouse.plays = [{ kind: 'runs' }];
    const refused = expect(one.query(endless)).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    await warehouse.untilRunning();
    stop.abort();
    await refused;
    await expect(one.run(merge)).rejects.toMatchObject({ code: 'QUERY_CANCELLED' });
    expect([warehouse.cancelledCount, warehouse.asked.length]).toEqual([1, 1]);
  });

  it('cancels what takes too long', async () => {
    const one = await open();
    warehouse.plays = [{ kind: 'runs' }];
    const refused = expect(one.query(endless)).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    await warehouse.untilRunning();
    clock.endTheLongWaits();
    await refused;
    expect(warehouse.cancelledCount).toBe(1);
  });

  it('says so when the warehouse ended it for its time', async () => {
    const one = await open();
    warehouse.plays = [{ kind: 'fails', message: 'timed out', state: 8 }];
    await expect(one.query(endless)).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
  });
});

describe('what is wrong, in one line', () => {
  it.each([
    [401, 'ENGINE_UNAUTHORIZED', 'DATABRICKS_TOKEN'],
    [403, 'ENGINE_UNAUTHORIZED', 'CAN USE'],
    [404, 'ENGINE_UNREACHABLE', 'engine.path'],
  ])('HTTP %i', async (status, code, hint) => {
    warehouse.openings = [{ status }];
    const failure: unknown = await open().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, hint: expect.stringContaining(hint) });
    expect(clock.pauses).toEqual([]);
    expect(lineOf(failure)).toContain('databricks localhost/sql/1.0/warehouses/abc');
    expect(lineOf(failure)).not.toContain(token);
  });

  it('a port where nobody listens, without waiting', async () => {
    const { port } = warehouse;
    await warehouse.close();
    await expect(openSparkEngine(optionsOf(port))).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(clock.pauses).toEqual([]);
  });

  it('a host that has no address', async () => {
    await expect(open({ host: 'warehouse.invalid' })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it('a certificate that nobody known has signed', async () => {
    await expect(open({ ca: undefined })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      hint: expect.stringContaining('engine.ca_file'),
    });
  });

  it('OAuth at a host that is not of Databricks', async () => {
    const secret = 'client-secret-never-to-be-seen';
    const failure: unknown = await open({ auth: { kind: 'oauth', clientId: 'id', clientSecret: secret } }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'ENGINE_UNAUTHORIZED' });
    expect(lineOf(failure)).not.toContain(secret);
  });

  it.each([
    ['[TABLE_OR_VIEW_NOT_FOUND] The table `a`.`b` cannot be found. SQLSTATE: 42P01', '42P01', 'TABLE_NOT_FOUND'],
    ['[SCHEMA_NOT_FOUND] The schema `b` cannot be found. SQLSTATE: 42704', '42704', 'TABLE_NOT_FOUND'],
    [
      '[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `pos` cannot be resolved. SQLSTATE: 42703',
      '42703',
      'COLUMN_NOT_FOUND',
    ],
    [
      "[CAST_INVALID_INPUT] The value 'x' of the type STRING cannot be cast. SQLSTATE: 22018",
      '22018',
      'VALUE_NOT_CASTABLE',
    ],
    ['[INSUFFICIENT_PERMISSIONS] User does not have SELECT on Table. SQLSTATE: 42501', '42501', 'ENGINE_NO_RIGHTS'],
    ['PERMISSION_DENIED: no USE CATALOG on main', '42501', 'ENGINE_NO_RIGHTS'],
    ['[DELTA_FILE_NOT_FOUND_DETAILED] File x was deleted. SQLSTATE: 42K03', '42K03', 'DELTA_MISSING_FILE'],
    ['[DELTA_VERSION_NOT_FOUND] Cannot time travel to 3. SQLSTATE: 22003', '22003', 'DELTA_VERSION_NOT_FOUND'],
    ['[PARSE_SYNTAX_ERROR] Syntax error at or near `x`. SQLSTATE: 42601', '42601', 'QUERY_INVALID'],
    ['Invalid SessionHandle: the session is gone', undefined, 'ENGINE_CONNECTION_LOST'],
  ])('%s', async (message, sqlState, code) => {
    const one = await open();
    const stack = `${message}\n\tat org.apache.spark.sql.Stack(x.scala:1)`;
    warehouse.plays = [{ kind: 'fails', message: stack, ...(sqlState === undefined ? {} : { sqlState }) }];
    const failure: unknown = await one.run(sql`select ${'secret value'}`).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(lineOf(failure)).not.toMatch(/\n|org\.apache|secret value/);
  });
});

it('is loaded only by those who connect', () => {
  const files = globSync('src/**/*.ts');
  const loading = files.filter(file => /^import (?!type ).*'@databricks\/sql/m.test(readFileSync(file, 'utf8')));
  expect([files.length > 100, loading]).toEqual([true, []]);
});

function lineOf(failure: unknown): string {
  if (!(failure instanceof PlayheadError)) throw new Error('it is one of our errors', { cause: failure });
  return failure.line;
}

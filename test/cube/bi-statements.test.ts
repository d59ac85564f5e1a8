import { connect } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { raw, sql as sqlText } from '#sql';
import { DuckdbEngine } from '#warehouse';
import { SnapshotDriver } from '../../src/cube/drivers.js';
import { ResultCache } from '../../src/cube/result-cache.js';
import { type Answers, type Cell, openAnswers } from '../fuzz/answers.js';
import { shapes } from './bi-statements.js';

let answers: Answers;
const opened = vi.spyOn(DuckdbEngine, 'open');
beforeAll(async () => {
  answers = await openAnswers(1500);
});
afterAll(() => answers?.close());

const inOrder = (rows: readonly (readonly Cell[])[], isOrdered = false): string[] => {
  const lines = rows.map(row => JSON.stringify(row));
  return isOrdered ? lines : lines.toSorted();
};

describe('what BI tools send has the numbers of the files', () => {
  it.each(shapes)('$tool, $title', async ({ sql, files, isOrdered }) => {
    const answer = await answers.ask(sql);
    if (answer.kind === 'error') throw new Error(`${answer.code} ${answer.message}`);
    expect(inOrder(answer.rows, isOrdered)).toEqual(inOrder(await answers.duckdb(files), isOrdered));
  });
});

describe('a query that nobody waits for is ended in DuckDB', () => {
  const asked = vi.spyOn(SnapshotDriver.prototype, 'query');
  const joined = vi.spyOn(ResultCache.prototype, 'answer');
  afterAll(() => vi.restoreAllMocks());
  /** Makes `sessions` endless for as long as `work` runs: a query over it ends by an interrupt, or never. */
  const overEndlessSessions = async <T>(work: () => Promise<T>): Promise<T> => {
    const engine = await opened.mock.results.at(-1)?.value;
    if (!(engine instanceof DuckdbEngine)) throw new Error('Cube has opened no DuckDB');
    const [view] = await engine.query(sqlText`select database_name as db, schema_name as schema, sql
      from duckdb_views() where view_name = 'sessions' and not internal`);
    const name = `"${view?.['db']}"."${view?.['schema']}".sessions`;
    const definition = String(view?.['sql'])
      .replace(/;$/, '')
      .replace(/^create view .*? as /i, '');
    await engine.run(sqlText`create or replace view ${raw(name)} as
      select real.* from (${raw(definition)}) as real cross join range(1000000000000)`);
    try {
      return await work();
    } finally {
      await engine.run(sqlText`create or replace view ${raw(name)} as ${raw(definition)}`);
    }
  };
  /** How DuckDB's own statement ends that holds a word and a value, once the driver has been asked for it. */
  const statementWith = async (word: string, value: string): Promise<{ readonly ended: Promise<string> }> => {
    const find = () =>
      asked.mock.calls.findIndex(([text, values]) => text.includes(word) && JSON.stringify(values).includes(value));
    await vi.waitFor(() => expect(find()).not.toBe(-1), { timeout: 20_000 });
    const running: Promise<unknown> = asked.mock.results[find()]?.value;
    return { ended: running.then(() => 'an answer', String) };
  };
  const cancel = (client: Client): void => {
    const key = Buffer.alloc(16);
    key.writeInt32BE(16, 0);
    key.writeInt32BE(80_877_102, 4);
    key.writeInt32BE(Reflect.get(client, 'processID'), 8);
    key.writeInt32BE(Reflect.get(client, 'secretKey'), 12);
    connect(answers.cube.sqlPort, '127.0.0.1').end(key);
  };
  const codeOf = (asking: Promise<unknown>): Promise<string> =>
    asking.then(
      () => 'an answer',
      error => error.code ?? 'the connection has ended',
    );
  const enter = async (): Promise<Client> => {
    const login = { user: 'playhead', password: 'playhead', database: 'playhead' };
    const client = new Client({ host: '127.0.0.1', port: answers.cube.sqlPort, ...login });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const pushed = (end: string) =>
    `select upper(country || '${end}') as c, measure(unique_viewers) as n from sessions group by 1`;

  it('by CancelRequest, with 57014, and the connection goes on', async () => {
    const client = await enter();
    const answer = await overEndlessSessions(async () => {
      const asked = codeOf(client.query(pushed('cancelled')));
      return { asked, ...(await statementWith('upper', 'cancelled')) };
    });
    cancel(client);
    expect(await answer.asked).toBe('57014');
    expect(await answer.ended).toMatch(/INTERRUPT/i);
    const { rows } = await client.query('select measure(session_count) as n from sessions');
    expect(rows).toEqual([{ n: '1500' }]);
    await client.end();
  });

  it('not for those who wait for the same answer', async () => {
    const [first, second] = [await enter(), await enter()];
    const text = pushed('shared');
    const shared = await overEndlessSessions(async () => {
      const mine = codeOf(first.query(text));
      const { ended } = await statementWith('upper', 'shared');
      joined.mockClear();
      const theirs = second.query(text);
      await vi.waitFor(() => expect(joined.mock.calls.some(([key]) => key.startsWith('["sql"'))).toBe(true));
      return { mine, theirs, ended };
    });
    cancel(first);
    expect(await shared.mine).toBe('57014');
    expect(await shared.ended).toMatch(/INTERRUPT/i);
    expect((await shared.theirs).rowCount).toBe(3);
    await Promise.all([first.end(), second.end()]);
  });

  it('when the client hangs up, by the wire or by HTTP', async () => {
    const [client, request] = [await enter(), new AbortController()];
    const { ended } = await overEndlessSessions(async () => {
      const wire = codeOf(client.query(pushed('wire')));
      const http = fetch(`${answers.cube.url}/cubejs-api/v1/cubesql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: pushed('http') }),
        signal: request.signal,
      }).then(
        () => 'an answer',
        () => 'gone',
      );
      const statements = [await statementWith('upper', 'wire'), await statementWith('upper', 'http')];
      return { ended: [wire, http, ...statements.map(each => each.ended)] };
    });
    Reflect.get(Reflect.get(client, 'connection'), 'stream').destroy();
    request.abort();
    expect(await Promise.all(ended)).toEqual([
      'the connection has ended',
      'gone',
      expect.stringMatching(/INTERRUPT/i),
      expect.stringMatching(/INTERRUPT/i),
    ]);
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CubeEvent, type CubeServer, startCube } from '#cube';
import { readQuestion } from '../../src/cube/question.js';
import { type Outcome, ResultCache } from '../../src/cube/result-cache.js';
import { load } from './rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from './small-lake.js';

interface Text {
  readonly text: string;
}
const lasting = (text: string, sizeBytes = 1): Outcome<Text> => ({ kind: 'lasting', answer: { text }, sizeBytes });

describe('the cache', () => {
  it('asks once for equal questions, while the first is on its way and after', async () => {
    const cache = new ResultCache<Text>(1000);
    const ask = vi.fn(async () => lasting('a'));
    const answers = await Promise.all([cache.answer('q', 'ann', ask), cache.answer('q', 'ann', ask)]);
    answers.push(await cache.answer('q', 'ann', ask));
    expect(answers).toEqual([{ text: 'a' }, { text: 'a' }, { text: 'a' }]);
    expect(ask).toHaveBeenCalledOnce();
  });

  it('keeps no error and nothing that holds for now only', async () => {
    const cache = new ResultCache<Text>(1000);
    await expect(cache.answer('q', 'ann', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await cache.answer('q', 'ann', async () => ({ kind: 'passing', answer: { text: 'wait' } }));
    expect(await cache.answer('q', 'ann', async () => lasting('a'))).toEqual({ text: 'a' });
  });

  it('asks again for who has joined one that was broken off, and lets nobody join it any more', async () => {
    const cache = new ResultCache<{ text: string }>(1_000);
    let breakOff = (_why: Error): void => {};
    const broken = new Promise<never>((_resolve, reject) => {
      breakOff = reject;
    });
    const first = cache.answer('q', 'ann', () => broken);
    const joined = cache.answer('q', 'ben', async () => lasting('for ben'));
    cache.end('ann');
    const later = cache.answer('q', 'cid', async () => lasting('for cid'));
    breakOff(new Error('interrupted'));
    await expect(first).rejects.toThrow('interrupted');
    expect([await later, await joined]).toEqual([{ text: 'for cid' }, { text: 'for cid' }]);
  });

  it('stays within its size: what was used longest ago goes, and what is larger than all is not kept', async () => {
    const cache = new ResultCache<Text>(100);
    const asked: string[] = [];
    const get = (key: string, size: number) =>
      cache.answer(key, 'ann', async () => {
        asked.push(key);
        return lasting(key, size);
      });
    for (const key of ['a', 'b', 'c']) await get(key, 39);
    await get('a', 39);
    await get('c', 39);
    await get('huge', 1000);
    await get('huge', 1000);
    expect(asked).toEqual(['a', 'b', 'c', 'a', 'huge', 'huge']);
  });

  it('of no size still joins those who ask at once', async () => {
    const cache = new ResultCache<Text>(0);
    const ask = vi.fn(async () => lasting('a'));
    await Promise.all([cache.answer('q', 'ann', ask), cache.answer('q', 'ann', ask)]);
    await cache.answer('q', 'ann', ask);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe('a question', () => {
  const relative = {
    measures: ['a.b'],
    timezone: 'Europe/Berlin',
    timeDimensions: [{ dimension: 'a.t', dateRange: 'last 2 days', compareDateRange: ['today', ['2026-01-01', 'x']] }],
    filters: [{ or: [{ member: 'a.t', operator: 'beforeDate', values: ['yesterday'] }] }],
  };

  it('says the dates that "last 2 days" means now, in its time zone', () => {
    vi.useFakeTimers({ now: new Date('2026-03-10T23:30:00Z'), toFake: ['Date'] });
    try {
      const days = ['2026-03-09T00:00:00.000', '2026-03-10T23:59:59.999'];
      expect(readQuestion(JSON.stringify(relative))).toEqual({
        ...relative,
        timeDimensions: [
          {
            dimension: 'a.t',
            dateRange: days,
            compareDateRange: [
              ['2026-03-11T00:00:00.000', '2026-03-11T23:59:59.999'],
              ['2026-01-01', 'x'],
            ],
          },
        ],
        filters: [{ or: [{ member: 'a.t', operator: 'beforeDate', values: ['2026-03-10T00:00:00.000'] }] }],
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([['not JSON'], [undefined], [{ timeDimensions: [{ dateRange: 'the day of days' }] }], [{ filters: 'all' }]])(
    'is none where Cube has to refuse: %j',
    given => {
      expect(readQuestion(given)).toBeUndefined();
    },
  );
});

describe('Cube with it', () => {
  let small: SmallLake;
  let cube: CubeServer;
  /** How often Cube planned a query: what the cache saves. */
  let planned = 0;
  let onStatement = (): void => undefined;
  const log = ({ message, details }: CubeEvent) => {
    if (message === 'Load Request SQL') planned += 1;
    // Once for the text and once for its rows: the first has no statement of its own to run.
    if (message === 'Executing SQL' && JSON.stringify(details).includes('upper')) onStatement();
  };
  const plannedBy = async (work: () => Promise<unknown>) => {
    const before = planned;
    await work();
    return planned - before;
  };
  const byDevice = { measures: ['sessions.session_count'], dimensions: ['sessions.device'] };

  beforeAll(async () => {
    small = await makeSmallLake({ serve: { snapshot_poll_ms: 50 } });
    await writeSessions(small, 100);
    await writeGold(small);
    await small.publish(1);
    cube = await startCube({ config: small.config, log });
  });
  afterAll(async () => {
    await cube?.close();
    await small?.close();
  });

  it('plans a question once, and gives the same bytes again', async () => {
    const first = await load(cube, byDevice);
    expect(await plannedBy(async () => expect(await load(cube, byDevice)).toEqual(first))).toBe(0);
  });

  it('plans for each caller, by what the token says and not by which token it is', async () => {
    const token = (role: string, issuedAt: number) =>
      new SignJWT({ role })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuedAt(issuedAt)
        .sign(new TextEncoder().encode(small.config.secrets.api));
    const now = Math.floor(Date.now() / 1000);
    expect(await plannedBy(async () => load(cube, byDevice, await token('service', now)))).toBe(1);
    expect(await plannedBy(async () => load(cube, byDevice, await token('service', now - 1)))).toBe(0);
    expect(await plannedBy(async () => load(cube, byDevice, await token('analyst', now)))).toBe(1);
  });

  it('does so for the SQL API', async () => {
    const client = new pg.Client({ ...sqlDoor(), password: 'playhead' });
    await client.connect();
    const ask = () => client.query('SELECT device, MEASURE(play_count) FROM sessions GROUP BY 1 ORDER BY 1');
    const first = (await ask()).rows;
    expect(await plannedBy(async () => expect((await ask()).rows).toEqual(first))).toBe(0);
    await client.end();
  });

  it('does so for expressions that the source computes, by their values', async () => {
    const client = new pg.Client({ ...sqlDoor(), password: 'playhead' });
    await client.connect();
    const ask = async (device: string) => {
      const { rows } = await client.query(
        'SELECT upper(country) AS c, MEASURE(unique_viewers) AS n FROM sessions WHERE lower(device) = $1 GROUP BY 1 ORDER BY 1',
        [device],
      );
      return rows;
    };
    const written = vi.fn();
    onStatement = written;
    const first = await ask('phone');
    expect(first.length).toBeGreaterThan(0);
    expect(await plannedBy(async () => expect(await ask('phone')).toEqual(first))).toBe(0);
    expect(written).toHaveBeenCalledTimes(1);
    // Text and values are the question: another value is another one.
    expect(await ask('tv')).not.toEqual(first);
    expect(written).toHaveBeenCalledTimes(2);
    await client.end();
  });

  it('does not keep what is refused', async () => {
    const wrong = { measures: ['sessions.no_such_measure'] };
    const refused = () => expect(load(cube, wrong)).rejects.toThrow('no_such_measure');
    await refused();
    await refused();
  });

  it('asks anew when a run has ended, and when the client says no-cache', async () => {
    const before = await load(cube, byDevice);
    await writeSessions(small, 300);
    await small.publish(2);
    while (cube.snapshot().sequence < 2) await pause(5);
    const after = await load(cube, byDevice);
    expect(after.rows).not.toEqual(before.rows);
    expect(await plannedBy(() => load(cube, byDevice))).toBe(0);
    expect(await plannedBy(() => load(cube, byDevice, undefined, { cache: 'no-cache' }))).toBe(1);
  });

  const sqlDoor = () => ({ host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', database: 'playhead' });
});

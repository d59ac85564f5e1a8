import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Attempt,
  acknowledgeAlert,
  openSinks,
  readDeadLetters,
  retryDeadLetters,
  type Sink,
  watchFindings,
} from '#alerts';
import type { Fragment } from '#sql';
import type { Engine } from '#warehouse';
import { type AlertFolder, openAlertFolder, storyStart, viewings } from './alert-folder.js';
import { openReceiver } from './receivers.js';

const settings = { alerts: { delivery: { attempts_per_run: 2, attempts_max: 4 }, repeat_s: 3600 } };
const later = (seconds: number) => new Date(storyStart + seconds * 1000);
/** The data is stale: one incident. */
const stale = later(20_000);

let prepared: AlertFolder;
const opened: AlertFolder[] = [];
beforeAll(async () => {
  prepared = await openAlertFolder(settings);
  await prepared.append(viewings(2, { from_s: 0, name: 'a' }));
  await prepared.run();
});
afterEach(async () => {
  for (const folder of opened.splice(0)) await folder.close();
});
afterAll(() => prepared.close());

async function copy(more: object = {}): Promise<AlertFolder> {
  const folder = await openAlertFolder({ ...settings, ...more }, prepared);
  opened.push(folder);
  return folder;
}

/** A sink that answers as it is told, one answer an attempt, and remembers the ids of messages. */
function sinkThat(...answers: Attempt['kind'][]) {
  const ids: string[] = [];
  const sink: Sink = {
    name: 'log',
    send: async ({ id }) => {
      ids.push(id);
      return (answers.shift() ?? 'taken') === 'taken'
        ? { kind: 'taken' }
        : { kind: 'refused', reason: 'HTTP 500', mayRecover: true };
    },
  };
  return { ids, sinks: new Map([['log', sink]]) };
}

describe('delivery', () => {
  it('tells a sink once, however often it is asked', async () => {
    const folder = await copy();
    const { ids, sinks } = sinkThat();
    await folder.watch(stale);
    expect(await folder.deliver(stale, sinks)).toMatchObject([{ outcome: 'taken', incidentCount: 1 }]);
    await folder.watch(later(20_300));
    expect(await folder.deliver(later(20_300), sinks)).toEqual([]);
    expect(ids).toHaveLength(1);
  });

  it('tries again in the same run and in the next, and then keeps a dead letter', async () => {
    const folder = await copy();
    const { ids, sinks } = sinkThat('refused', 'refused', 'refused', 'refused');
    await folder.watch(stale);
    expect(await folder.deliver(stale, sinks)).toMatchObject([{ outcome: 'kept_for_later', attempts: 2 }]);
    expect(await readDeadLetters(folder.path)).toEqual([]);
    expect(await folder.deliver(stale, sinks)).toMatchObject([{ outcome: 'dead_letter', attempts: 2 }]);
    expect(new Set(ids).size).toBe(1);
    expect(await readDeadLetters(folder.path)).toMatchObject([{ sink: 'log', attempts: 4, reason: 'HTTP 500' }]);
    expect(await folder.deliver(stale, sinks)).toEqual([]);
    expect((await folder.incidents()).map(({ state, outbox }) => [state, outbox])).toEqual([['open', []]]);

    expect(await retryDeadLetters(folder.path, sinkThat('refused').sinks, () => stale)).toMatchObject([
      { failure: 'HTTP 500' },
    ]);
    expect(await retryDeadLetters(folder.path, sinks, () => stale)).toMatchObject([{ failure: undefined }]);
    expect(await readDeadLetters(folder.path)).toEqual([]);
  });

  it('over real HTTP: one sink that hangs keeps no other from being told, and no secret stands in a dead letter', async () => {
    const [hanging, good] = [await openReceiver(['hang']), await openReceiver([500, 200])];
    const folder = await copy({
      alerts: {
        sinks: {
          slow: { kind: 'slack', url: hanging.url },
          good: { kind: 'webhook', url: good.url, secret: 'x'.repeat(16) },
        },
        delivery: { timeout_s: 2, attempts_per_run: 2, attempts_max: 2 },
      },
    });
    await folder.watch(stale);
    const sinks = openSinks(folder.config.alerts, { clock: () => stale, log: () => {} });
    expect(await folder.deliver(stale, sinks)).toMatchObject([
      { sink: 'good', outcome: 'taken', attempts: 2 },
      { sink: 'slow', outcome: 'dead_letter', attempts: 2, reason: 'no answer in time' },
    ]);
    expect(new Set(good.received.map(({ headers }) => headers['playhead-delivery'])).size).toBe(1);
    expect(JSON.stringify(await readDeadLetters(folder.path))).not.toMatch(/secretpath|xxxx|127\.0\.0\.1/);
    await hanging.close();
    await good.close();
  });

  it('drops what was for a sink that the configuration no longer has', async () => {
    const folder = await copy();
    await folder.watch(stale);
    expect(await folder.deliver(stale, new Map())).toMatchObject([{ outcome: 'no_such_sink' }]);
    expect(await folder.deliver(stale, new Map())).toEqual([]);
  });
});

describe('acknowledging', () => {
  it('says what became of it, and stays through later looks', async () => {
    const folder = await copy();
    const store = { lake: folder.lake, engine: folder.lake.engine };
    await folder.watch(stale);
    const [{ alertId } = { alertId: '' }] = await folder.incidents();
    const ack = (id: string) =>
      acknowledgeAlert(store, { alertId: id, by: "ann'; drop table alerts", note: 'on it' }, stale);
    expect((await ack('alert-none')).kind).toBe('not_found');
    expect(await ack(alertId)).toMatchObject({
      kind: 'acknowledged',
      alert: { acknowledgedBy: "ann'; drop table alerts" },
    });
    expect((await ack(alertId)).kind).toBe('already_acknowledged');
    await folder.watch(later(100_000));
    const [incident] = await folder.incidents();
    expect(incident).toMatchObject({ state: 'acknowledged', notificationCount: 1 });
    expect(incident?.history.map(({ what, by }) => [what, by])).toEqual([
      ['opened', undefined],
      ['acknowledged', "ann'; drop table alerts"],
    ]);
    await folder.watch(later(200));
    expect((await ack(alertId)).kind).toBe('already_resolved');
  });

  it('at the same moment as a look loses nothing', async () => {
    const folder = await copy();
    await folder.watch(stale);
    const [{ alertId } = { alertId: '' }] = await folder.incidents();
    const engine = await folder.lake.engine;
    const store = { lake: folder.lake, engine };
    const acks = ['ann', 'ben', 'cat'].map(by => acknowledgeAlert(store, { alertId, by }, stale));
    const done = await Promise.all([...acks, folder.watch(later(30_000))]);
    expect(done.filter(one => 'kind' in one && one.kind === 'acknowledged')).toHaveLength(1);
    const [incident] = await folder.incidents();
    expect(incident?.state).toBe('acknowledged');
    expect(incident?.history.filter(({ what }) => what === 'acknowledged')).toHaveLength(1);
  });
});

describe('findings that come at the same moment', () => {
  it('are all told, also those that were worked out anew because others came first', async () => {
    const folder = await copy();
    const { lake, config } = folder;
    const evidence = { summary: 'No.', value: 1, threshold: 0, expected: null, day: null, sampleIds: [] };
    const rules = ['one', 'two', 'three', 'four'];
    await Promise.all(
      rules.map(rule => {
        const about = { rule, subject: { kind: 'overall' }, title: rule, severity: 'error' } as const;
        const context = { lake, engine: lake.engine, config, now: stale, runId: '' };
        const sinks = openSinks(config.alerts, { clock: () => stale, log: () => undefined });
        return watchFindings(context, [{ ...about, verdict: 'firing', evidence, strength: 1 }], sinks.keys());
      }),
    );
    const { ids, sinks } = sinkThat();
    expect(await folder.deliver(stale, sinks)).toMatchObject([{ outcome: 'taken', incidentCount: 4 }]);
    expect(ids).toHaveLength(1);
  });
});

/** An engine that dies at its n-th statement. */
class DyingEngine implements Engine {
  readonly dialect;
  readonly #engine: Engine;
  statementsLeft: number;

  constructor(engine: Engine, statementsLeft: number) {
    this.#engine = engine;
    this.dialect = engine.dialect;
    this.statementsLeft = statementsLeft;
  }
  #live(): void {
    if (this.statementsLeft === 0) throw new Error('killed');
    this.statementsLeft -= 1;
  }
  async run(statement: Fragment): Promise<void> {
    this.#live();
    return this.#engine.run(statement);
  }
  async query(statement: Fragment) {
    this.#live();
    return this.#engine.query(statement);
  }
  interrupt(): void {
    this.#engine.interrupt();
  }
  async close(): Promise<void> {}
}

it('leaves the incidents of an uninterrupted run, killed at any statement of looking and telling', async () => {
  const whole = await copy();
  await whole.watch(stale);
  await whole.deliver(stale, sinkThat().sinks);
  const expected = await whole.incidents();
  const folder = await copy();
  const messages = new Set<string>();
  let killed = 0;
  for (let n = 0; n < 200; n += 1) {
    const engine = new DyingEngine(folder.lake.engine, n);
    const through = { engine, lake: folder.lake.using(engine) };
    const { ids, sinks } = sinkThat();
    try {
      await folder.watch(stale, through);
      await folder.deliver(stale, sinks, through);
    } catch (error) {
      expect(error).toMatchObject({ message: 'killed' });
      killed += 1;
    }
    for (const id of ids) messages.add(id);
    if (engine.statementsLeft > 0) break;
  }
  expect(killed).toBeGreaterThan(10);
  expect(await folder.incidents()).toEqual(expected);
  // At least once, and every time under the same id.
  expect(messages.size).toBe(1);
});

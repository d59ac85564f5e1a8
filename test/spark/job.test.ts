import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Finding, type Incident, watchFindings } from '#alerts';
import { type Config, configSchema } from '#config';
import { type JobResult, runJob } from '#job';
import { lit, ref, sql } from '#sql';
import { derivedTables, tables } from '#tables';
import { servedAlerts } from '../../src/cli/served-alerts.js';
import { openReceiver } from '../alerts/receivers.js';
import { at, explanationOf, incidentsOf, judgedBroken, onSpark, qualityOf, tellAlerts } from './after-the-run.js';
import {
  clock,
  countRows,
  type DuckdbStory,
  differencesAfter,
  load,
  makeSchema,
  openSparkSide,
  type SparkPlace,
  type SparkSide,
  tellDuckdb,
} from './two-lakes.js';

/** As few days as two batches can have, each of which is a file of each table; or a million events. */
const [users, days] = process.env['PLAYHEAD_SPARK_MILLION'] === undefined ? [40, 3] : [85_000, 6];
const world = {
  users: Number(process.env['PLAYHEAD_SPARK_USERS'] ?? users),
  videos: 20,
  days: Number(process.env['PLAYHEAD_SPARK_DAYS'] ?? days),
  seed: Number(process.env['PLAYHEAD_SPARK_SEED'] ?? 20_261_125),
};

const thrift = inject('sparkThrift');
const why = 'missing' in thrift ? ` (skipped: ${thrift.missing})` : '';
const schema = `job_${process.pid}`;

describe.skipIf('missing' in thrift)(`the job on a real Spark${why}`, { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-spark-job-'));
  const place: SparkPlace = { port: 'port' in thrift ? thrift.port : 0, schema, folder: join(folder, 'spark') };
  let story: DuckdbStory;
  let full: JobResult;
  let incremental: JobResult;
  const open: SparkSide[] = [];

  /** Another process, as far as Spark and the lake can tell. */
  const another = async (leaseS?: number): Promise<SparkSide> => {
    const side = await openSparkSide(place, leaseS);
    open.push(side);
    return side;
  };
  const first = (): SparkSide => {
    const [side] = open;
    if (side === undefined) throw new Error('nothing is connected');
    return side;
  };
  /** The process whose run has come to its end last. */
  const last = (): SparkSide => {
    const side = open.at(-1);
    if (side === undefined) throw new Error('nothing is connected');
    return side;
  };
  const run = ({ lake, engine }: SparkSide) =>
    runJob({ lake, engine, config: story.config, clock, mode: 'incremental' });

  const duckdbRun = (i: number): JobResult => {
    const result = story.runs[i];
    if (result === undefined) throw new Error(`DuckDB has run ${story.runs.length} times`);
    return result;
  };

  beforeAll(async () => {
    mkdirSync(place.folder);
    story = await tellDuckdb(folder, world);
    const { lake, engine } = await another();
    await makeSchema(first(), place);
    for (const name of ['0123456789ab', 'of_somebody']) {
      await engine.run(sql`create schema ${ref('spark_catalog', `${schema}_scratch_${name}`)}`);
    }
    await load(lake, story.batches[0] ?? {});
    full = await run(first());
    await load(lake, story.batches[1] ?? {});
    // Killed between two tables, before anybody has told that the first one is made: no statement of it gets through any more.
    const second = await another();
    let isWritten = false;
    second.engine.before = text => {
      if (isWritten) throw new Error('killed');
      isWritten = text.startsWith(`insert overwrite \`spark_catalog\`.\`${schema}\`.\`impressions\``);
    };
    await expect(run(second)).rejects.toThrow('killed');
    // Its lease has ended.
    await engine.run(
      sql`update ${ref('spark_catalog', schema, 'playhead_locks')} set holder = ${lit('dead')}, until = current_timestamp() - interval 1 seconds`,
    );
    incremental = await run(await another());
    const counts = story.runs.map(({ newEventCount }) => newEventCount.toLocaleString('en'));
    process.stdout.write(`the job on Spark: ${counts.join(' events, then ')} more\n`);
  });

  afterAll(async () => {
    for (const name of [schema, `${schema}_scratch_of_somebody`]) {
      await open[0]?.engine.run(sql`drop schema if exists ${ref('spark_catalog', name)} cascade`);
    }
    for (const side of open) await side.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the rows that DuckDB gives, in a full run', async () => {
    expect(full).toMatchObject({ mode: 'full', sequence: 1, newEventCount: duckdbRun(0).newEventCount });
    expect(await differencesAfter(story, place, duckdbRun(0), full)).toEqual([]);
  });

  it('gives them in an incremental run over late events, which was killed between two tables and taken up again', async () => {
    const { newEventCount, touchedUserCount, rebuiltSessionCount } = duckdbRun(1);
    const same = { mode: 'incremental', sequence: 2, newEventCount, touchedUserCount, rebuiltSessionCount };
    expect(incremental).toMatchObject({ ...same, wasResumed: true });
    expect(await differencesAfter(story, place, duckdbRun(1), incremental)).toEqual([]);
  });

  it('compares tables that have rows', async () => {
    const counts = await countRows(place.folder, [...derivedTables, 'events', 'events_rejected']);
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('tells in job_runs and quality_results each run once', async () => {
    const { engine, lake } = first();
    const rows = await engine.query(
      sql`select sequence, state, count(*) as n from ${await lake.read(tables.job_runs)} r group by sequence, state order by sequence, state`,
    );
    const row = (sequence: bigint, state: string) => ({ sequence, state, n: 1n });
    expect(rows).toEqual([row(1n, 'finished'), row(1n, 'started'), row(2n, 'finished'), row(2n, 'started')]);
  });

  it('changes nothing when it is run again, and asks for the versions of what it is given alone', async () => {
    const { ran } = last().engine;
    const from = ran.length;
    const again = await run(last());
    expect(again).toMatchObject({ hasRun: false, sequence: 2, versions: incremental.versions });
    const asked = ran.slice(from).map(({ text }) => /^describe history \S+`(\w+)` limit 1$/.exec(text)?.[1]);
    expect(asked.filter(name => name !== undefined).sort()).toEqual([
      'events',
      'events_rejected',
      'job_runs',
      'video_catalog',
    ]);
  });

  it('drops the working tables that killed runs left, and none that are not its own', async () => {
    const { engine } = first();
    const rows = await engine.query(sql`show schemas in ${ref('spark_catalog')} like ${lit(`${schema}_*`)}`);
    expect(rows.map(row => Object.values(row)[0])).toEqual([`${schema}_scratch_of_somebody`]);
  });

  describe('what is looked at after the run', () => {
    let receiver: Awaited<ReturnType<typeof openReceiver>>;
    /** The same question to the data folder and to the catalog. */
    let both: readonly [folder: Config, catalog: Config];
    const later = '2026-11-01T04:00:00Z';

    beforeAll(async () => {
      receiver = await openReceiver([200]);
      const alerts = configSchema.parse({
        alerts: { sinks: { pager: { kind: 'webhook', url: receiver.url } } },
      }).alerts;
      const config = { ...story.config, alerts };
      both = [config, onSpark(config, place, join(folder, 'state'))];
    });
    afterAll(() => receiver.close());

    it('is as good or bad data as in a data folder, through all runs', async () => {
      const [ours, theirs] = await Promise.all(both.map(config => qualityOf(config, 'nobody_pauses')));
      expect(theirs).toEqual(ours);
      const failed = ours?.filter(({ rule, state }) => rule === 'nobody_pauses' && state === 'failed');
      expect(failed).toHaveLength(3);
      expect(failed?.[0]?.sampleIds).not.toEqual([]);
    });

    it('explains a session as in a data folder, whole numbers and all', async () => {
      const [row] = await at(both[0], async ({ lake, engine }) =>
        engine.query(
          sql`select session_id from ${await lake.read(tables.sessions)} s order by event_count desc, session_id limit 1`,
        ),
      );
      const [ours, theirs] = await Promise.all(both.map(config => explanationOf(config, String(row?.['session_id']))));
      expect(theirs).toEqual(ours);
      expect(theirs?.agrees).toBe(true);
    });

    it('judges every condition of an alert as in a data folder, over sessions of which one is broken', async () => {
      const [ours, theirs] = await Promise.all(both.map(config => judgedBroken(config, new Date(later))));
      expect(theirs).toEqual(ours);
      const judged = ours?.found.filter(({ verdict }) => verdict !== 'unknown').map(({ rule }) => rule);
      expect(judged).toEqual(expect.arrayContaining(['freshness', 'completion_rate_drop', 'zero_watch_share']));
      const broken = theirs?.found.find(({ rule }) => rule === 'negative_watch_time');
      expect(broken).toMatchObject({ verdict: 'firing', evidence: { value: 1, sampleIds: [expect.any(String)] } });
      expect(ours?.series.length).toBeGreaterThan(2);
    });

    it('is told once, loses nothing of two changes at once, and resolves', async () => {
      const [ours, theirs] = both;
      expect([await tellAlerts(ours, later), await tellAlerts(theirs, later)]).toEqual([[], []]);
      const [first, second] = receiver.received;
      expect(receiver.received).toHaveLength(2);
      expect(second?.body).toEqual(first?.body);
      const told = await incidentsOf(theirs);
      expect(told).toEqual(await incidentsOf(ours));
      const ruleOf = (incidents: readonly Incident[], rule: string) => incidents.find(one => one.rule === rule);
      const broken = ruleOf(told, 'quality_rule');
      const stale = ruleOf(told, 'freshness');
      if (broken === undefined || stale === undefined) throw new Error('both have been told of');

      const gateway = servedAlerts(theirs);
      const by = 'ann\'s \\ "phone"';
      const hour = new Date('2026-11-01T05:00:00Z');
      const finding = { ...broken, subject: { kind: 'rule', name: 'nobody_pauses' }, strength: 1 } as const;
      const found: readonly Finding[] = [
        { ...finding, severity: 'warning', verdict: 'firing', evidence: { ...broken.evidence, summary: 'Still.' } },
        { ...stale, subject: { kind: 'overall' }, strength: 1, verdict: 'clear' },
      ];
      const [acknowledged] = await Promise.all([
        gateway.acknowledge({ id: broken.alertId, by, note: null, at: hour.toISOString() }),
        at(theirs, place =>
          watchFindings({ ...place, config: theirs, now: hour, runId: broken.runId }, found, ['pager']),
        ),
      ]);
      expect(acknowledged).toMatchObject({ kind: 'acknowledged', alert: { acknowledgedBy: by } });
      const after = await incidentsOf(theirs);
      expect(ruleOf(after, 'quality_rule')).toMatchObject({
        ...{ state: 'acknowledged', acknowledgedAt: hour, acknowledgedBy: by },
        ...{ severity: 'warning', evidence: { summary: 'Still.' }, lastSeenAt: hour },
      });
      expect(ruleOf(after, 'freshness')).toMatchObject({ state: 'resolved', resolvedAt: hour });
      expect(ruleOf(after, 'freshness')?.outbox.map(({ kind }) => kind)).toEqual(['resolved']);
      const open = await gateway.list({ states: ['open', 'acknowledged'], limit: 10 });
      const unresolved = after.filter(({ state }) => state !== 'resolved').map(({ alertId }) => alertId);
      expect(open.map(({ id }) => id).sort()).toEqual(unresolved.sort());
      expect(unresolved).toContain(broken.alertId);
      // What is shown is kept for a minute, and is shown anew at once after an acknowledgement here.
      expect(await gateway.list({ states: ['open', 'acknowledged'], limit: 10 })).toEqual(open);
    });
  });

  it.each(['true) or (select true', 'true; drop table users', "user_id = 'x", 'no_such_column > 1'])(
    'refuses %s as a rule of the operator before anything is run',
    async condition => {
      const { lake, engine } = first();
      const rules = { own: { says: 'Nothing.', rows: 'sessions', fails_when: condition } };
      const config = configSchema.parse({ quality: { rules } });
      await expect(runJob({ lake, engine, config, clock, mode: 'incremental' })).rejects.toMatchObject({
        code: 'QUALITY_RULE_INVALID',
        at: 'quality.rules.own.fails_when',
      });
    },
  );

  it('lets only one job at a time into a schema', async () => {
    const lock = await first().lake.lock();
    await expect(run(last())).rejects.toMatchObject({ code: 'DATA_LOCKED' });
    await lock.release();
  });
});

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#config';
import { buildQualityResults, rules } from '#quality';
import { duckdb, type Fragment, join, lit, planPipeline, raw, ref, spark, sql } from '#sql';
import { tables } from '#tables';
import { DuckdbEngine, type Row } from '#warehouse';

const config = configSchema.parse({ quality: { compared_sessions_min: 2 } });
const checkedAt = new Date('2026-11-24T12:00:00Z');

let engine: DuckdbEngine;
beforeAll(async () => {
  engine = await DuckdbEngine.open({ threads: 1 });
});
afterAll(() => engine.close());

type Given = Readonly<Record<string, string | number | boolean | null>>;

interface Rows {
  readonly sessions?: readonly Given[];
  readonly segments?: readonly Given[];
  readonly events?: readonly Given[];
  readonly rejected?: readonly Given[];
  readonly newestReceived?: string | null;
}

const session: Given = {
  session_id: 's',
  user_id: 'ada',
  video_id: 'film',
  started_at: '2026-11-24 10:00:00Z',
  ended_at: '2026-11-24 10:10:00Z',
  session_date: '2026-11-24',
  duration_s: 100,
  is_live: false,
  watch_time_s: 90,
  content_s: 90,
  unique_watch_s: 90,
  skip_backward_count: 0,
  replay_index: 0,
  completed: true,
  zero_watch: false,
};
const event: Given = {
  event_id: 'e',
  user_id: 'ada',
  video_id: 'film',
  event_type: 'play',
  event_time: '2026-11-24 10:00:00Z',
  received_at: '2026-11-24 10:00:01Z',
  position_s: 1,
};
const segment: Given = {
  session_id: 's',
  from_s: 0,
  to_s: 90,
  started_at: '2026-11-24 10:00:00Z',
  ended_at: '2026-11-24 10:01:30Z',
};
const times = (n: number, row: Given, more: (i: number) => Given = () => ({})): Given[] =>
  Array.from({ length: n }, (_, i) => ({ ...row, ...more(i) }));

async function fill(
  name: string,
  table: 'sessions' | 'segments' | 'events' | 'events_rejected',
  rows: readonly Given[],
) {
  const columns = Object.entries(tables[table].columns);
  const select = (row: Given | undefined): Fragment =>
    sql`select ${join(columns.map(([column, type]) => sql`cast(${lit(row?.[column] ?? null)} as ${raw(duckdb.type(type))}) as ${ref(column)}`))}`;
  const all = join([sql`${select(undefined)} where false`, ...rows.map(select)], ' union all ');
  await engine.run(sql`create or replace temporary table ${ref(name)} as ${all}`);
}

/** The results of all rules over some rows, by rule. */
async function check(
  { sessions = [], segments = [], events = [], rejected = [], newestReceived = null }: Rows,
  newEventCount = events.length,
) {
  await fill('sessions', 'sessions', sessions);
  await fill('segments', 'segments', segments);
  await fill('new_events', 'events', events);
  await fill('new_rejected', 'events_rejected', rejected);
  await engine.run(
    sql`create or replace temporary table clock as select epoch_us(cast(${lit(newestReceived)} as timestamptz)) as newest_received_us`,
  );
  const step = buildQualityResults(config, { runId: 'run-1', checkedAt, newEventCount }, duckdb);
  for (const { text } of planPipeline([step], duckdb)) await engine.run(raw(text));
  const results = await engine.query(sql`select * from quality_results`);
  return (rule: string): Row | undefined => results.find(result => result.rule === rule);
}

it('gives every rule a row in the columns of the table, unknown where there is nothing to check', async () => {
  const of = await check({});
  for (const { name } of rules)
    expect(of(name)).toMatchObject({ run_id: 'run-1', state: 'unknown', checked_at: checkedAt });
  expect(Object.keys(of('freshness') ?? {})).toEqual(Object.keys(tables.quality_results.columns));
});

it('passes good rows', async () => {
  const types = ['play', 'pause', 'resume', 'ended'];
  const of = await check({
    sessions: [session, { ...session, session_id: 's0', session_date: '2026-11-23', user_id: 'bob' }],
    segments: [segment],
    events: types.map((event_type, i) => ({ ...event, event_id: `e${i}`, event_type })),
    newestReceived: '2026-11-24 11:00:00Z',
  });
  const states = rules.map(({ name }) => [name, of(name)?.state]);
  expect(states).toEqual(rules.map(({ name }) => [name, name === 'completion_rate_drop' ? 'unknown' : 'passed']));
});

/** Rows that break one rule, and what the rule says of them. */
const broken: readonly (readonly [string, Rows, Given])[] = [
  ['content_within_duration', { sessions: [{ ...session, content_s: 111 }] }, { value: 1.11, failed_count: 1 }],
  [
    'no_negative_watch_time',
    { sessions: [session, { ...session, watch_time_s: -0.5 }] },
    { value: -0.5, failed_count: 1 },
  ],
  ['segments_forward', { segments: [{ ...segment, to_s: -1 }] }, { value: 1, failed_count: 1 }],
  ['completion_watched', { sessions: [session, { ...session, unique_watch_s: 74 }] }, { value: 0.5, failed_count: 1 }],
  [
    'session_length',
    { sessions: [{ ...session, ended_at: '2026-11-24 14:00:01Z' }] },
    { value: 14_401, failed_count: 1 },
  ],
  [
    'zero_watch_share',
    { sessions: times(5, session, i => ({ zero_watch: i === 0 })) },
    { value: 0.2, failed_count: 1 },
  ],
  [
    'completion_rate_drop',
    {
      sessions: [
        ...times(4, session, i => ({ completed: i < 2 })),
        ...times(4, { ...session, session_date: '2026-11-20' }),
        ...times(9, { ...session, session_date: '2026-11-16', completed: false }),
      ],
    },
    { value: 0.5, failed_count: 0, checked_count: 4 },
  ],
  ['state_events_per_session', { sessions: [session], events: times(6, event) }, { value: 6, checked_count: 1 }],
  ['state_events_per_session', { sessions: [session], events: [event, event] }, { value: 2, checked_count: 1 }],
  ['duplicate_events', { events: times(4, event, i => ({ event_id: `e${i % 2}` })) }, { value: 0.5, failed_count: 2 }],
  [
    'rejected_rows',
    { events: times(3, event), rejected: [{ code: 'BAD_TIME', source: 'a.csv', line: 7 }] },
    { value: 0.25, failed_count: 1 },
  ],
  ['missing_positions', { events: [event, { ...event, position_s: null }] }, { value: 0.5, failed_count: 1 }],
  [
    'clock_skew',
    { events: [event, { ...event, event_time: '2026-11-24 10:05:02Z' }] },
    { value: 0.5, failed_count: 1 },
  ],
  ['freshness', { newestReceived: '2026-11-24 08:59:59Z' }, { value: 10_801, checked_count: 1 }],
];

describe('fails bad rows', () => {
  it.each(broken)('%s %#', async (rule, rows, expected) => {
    const of = await check(rows);
    const counts = Object.entries(expected).map(([key, value]) => [
      key,
      key === 'value' ? value : BigInt(Number(value)),
    ]);
    expect(of(rule)).toMatchObject({ state: 'failed', ...Object.fromEntries(counts) });
  });

  it('is tried for every rule', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});

it('names a few of what failed', async () => {
  const of = await check({
    sessions: times(9, session, i => ({ session_id: `s${i}`, watch_time_s: -1 })),
    rejected: [{ code: 'BAD_TIME', source: 'a.csv', line: 7 }],
  });
  expect(of('no_negative_watch_time')?.sample_ids).toEqual(['s0', 's1', 's2', 's3', 's4']);
  expect(of('rejected_rows')?.sample_ids).toEqual(['a.csv:7 BAD_TIME']);
});

it('leaves heartbeats and page views out of the events that change the state', async () => {
  const of = await check({
    sessions: [session],
    events: [
      ...times(4, event),
      ...times(50, { ...event, event_type: 'heartbeat' }),
      { ...event, event_type: 'page_view' },
    ],
  });
  expect(of('state_events_per_session')).toMatchObject({ state: 'passed', value: 4 });
});

it('allows content to be seen again after a skip back and in a replay', async () => {
  const of = await check({ sessions: [{ ...session, content_s: 290, skip_backward_count: 1, replay_index: 1 }] });
  expect(of('content_within_duration')).toMatchObject({ state: 'passed' });
});

it('does not judge live streams by their duration or length', async () => {
  const live = { ...session, is_live: true, content_s: 9999, ended_at: '2026-11-25 10:00:00Z' };
  const of = await check({ sessions: [live] });
  expect(of('content_within_duration')).toMatchObject({ state: 'unknown' });
  expect(of('session_length')).toMatchObject({ state: 'unknown' });
});

it('looks for copies among the ids whose MD5 is in the first tenth, where a million events are new', async () => {
  const events = times(300, event, i => ({ event_id: `e${i % 200}` }));
  const of = await check({ events }, 1_000_000);
  const isInSample = ({ event_id: id }: Given) =>
    Number.parseInt(createHash('md5').update(String(id)).digest('hex').slice(0, 8), 16) < 2 ** 32 / 10;
  const sample = events.filter(isInSample).map(({ event_id: id }) => String(id));
  const copied = sample.filter((id, i) => sample.indexOf(id) !== i);
  expect(copied.length).toBeGreaterThan(0);
  expect(of('duplicate_events')).toMatchObject({
    value: 1 - (sample.length - copied.length) / sample.length,
    checked_count: BigInt(sample.length),
    failed_count: BigInt(copied.length),
    sample_ids: [...new Set(copied)].sort().slice(0, config.quality.sample_count),
  });
});

it('has a text for Spark', () => {
  const step = buildQualityResults(config, { runId: 'r', checkedAt, newEventCount: 0 }, spark);
  const texts = planPipeline([step], spark).map(({ text }) => text);
  expect(texts.join('\n')).toContain('unix_micros(started_at)');
});

import { describe, expect, it } from 'vitest';
import {
  advance,
  type Finding,
  findJobFailure,
  findJobSilence,
  groupVideos,
  type Incident,
  type JobState,
  type Moment,
} from '#alerts';

const config = { repeat_s: 7200, reopen_s: 3600, expire_s: 86_400 };
const start = Date.UTC(2026, 10, 1);
const at = (minutes: number): Moment => ({
  now: new Date(start + minutes * 60_000),
  runId: 'run-000001',
  config,
  sinks: ['chat', 'mail'],
});
const finding = (verdict: Finding['verdict'], more: Partial<Finding> = {}): Finding => ({
  rule: 'freshness',
  subject: { kind: 'overall' },
  title: 'Data is stale',
  severity: 'error',
  verdict,
  strength: 1,
  evidence: { summary: 'Old.', value: 4, threshold: 3, expected: null, day: null, sampleIds: [] },
  ...more,
});

/** A life: what the condition says at each minute, and what is kept of it. */
function live(steps: readonly (readonly [minute: number, verdict: Finding['verdict'] | 'absent' | 'ack'])[]) {
  let incidents: Incident[] = [];
  for (const [minute, verdict] of steps) {
    const changed =
      verdict === 'ack'
        ? incidents.map(one => ({ ...one, state: 'acknowledged' as const }))
        : advance(incidents, verdict === 'absent' ? [] : [finding(verdict)], at(minute));
    const ids = new Set(changed.map(({ alertId }) => alertId));
    incidents = [...incidents.filter(({ alertId }) => !ids.has(alertId)), ...changed];
  }
  return incidents;
}
const whatHappened = (incidents: readonly Incident[]) =>
  incidents.map(({ history }) => history.map(({ what }) => what));
const told = (incidents: readonly Incident[]) => incidents.flatMap(({ outbox }) => outbox.map(({ kind }) => kind));

describe('an incident', () => {
  it('opens once, however often its condition is seen', () => {
    const incidents = live([0, 5, 10, 60, 119].map(minute => [minute, 'firing']));
    expect(incidents).toHaveLength(1);
    expect(told(incidents)).toEqual(['opened']);
    expect(incidents[0]?.outbox[0]?.pending.map(({ sink }) => sink)).toEqual(['chat', 'mail']);
  });

  it('changes nothing when it is asked again at the same moment', () => {
    const first = advance([], [finding('firing')], at(0));
    expect(advance(first, [finding('firing')], at(0))).toEqual([]);
    const resolved = advance(first, [finding('clear')], at(5));
    expect(advance(resolved, [finding('clear')], at(5))).toEqual([]);
  });

  it('is repeated after the interval', () => {
    expect(told(live([0, 60, 120, 180, 240].map(minute => [minute, 'firing'])))).toEqual([
      'opened',
      'repeated',
      'repeated',
    ]);
  });

  it('is not repeated once somebody has acknowledged it, and resolves all the same', () => {
    const incidents = live([
      [0, 'firing'],
      [1, 'ack'],
      [120, 'firing'],
      [600, 'firing'],
      [605, 'clear'],
    ]);
    expect(told(incidents)).toEqual(['opened', 'resolved']);
    expect(incidents[0]?.state).toBe('resolved');
  });

  it('goes on when its condition comes back soon, without another message', () => {
    const incidents = live([
      [0, 'firing'],
      [5, 'clear'],
      [10, 'firing'],
      [15, 'clear'],
      [20, 'firing'],
    ]);
    expect(whatHappened(incidents)).toEqual([['opened', 'resolved', 'reopened', 'resolved', 'reopened']]);
    expect(told(incidents)).toEqual(['opened', 'resolved']);
  });

  it('is another one when its condition comes back late', () => {
    const incidents = live([
      [0, 'firing'],
      [5, 'clear'],
      [66, 'firing'],
    ]);
    expect(incidents.map(({ state }) => state).sort()).toEqual(['open', 'resolved']);
  });

  it('stays while nothing can be judged, and expires after long', () => {
    expect(
      live([
        [0, 'firing'],
        [700, 'unknown'],
      ])[0]?.state,
    ).toBe('open');
    const expired = live([
      [0, 'firing'],
      [700, 'unknown'],
      [1440, 'absent'],
    ]);
    expect(whatHappened(expired)).toEqual([['opened', 'expired']]);
  });

  it('keeps its first and its newest history only', () => {
    const [incident] = live(Array.from({ length: 80 }, (_, i) => [i * 120, 'firing']));
    expect(incident?.history).toHaveLength(50);
    expect(incident?.history[0]?.what).toBe('opened');
    expect(incident?.history.at(-1)?.at).toBe(at(79 * 120).now.toISOString());
  });
});

describe('an incident of the job itself', () => {
  const limits = { job_failures_min: 3, job_silent_s_max: 3600 };
  const state = (more: Partial<JobState>): JobState => ({
    failureCount: 0,
    lastFailure: null,
    startedAt: at(0).now,
    succeededAt: at(0).now,
    everyS: 300,
    ...more,
  });
  const failing = (failureCount: number) =>
    findJobFailure(state({ failureCount, lastFailure: 'DELTA_CONFLICT: sessions' }), limits);
  /** Silent since the start of the story, seen at a minute. */
  const silent = (minute: number, startedAt = at(0).now) =>
    findJobSilence(state({ startedAt }), limits, at(minute).now);

  /** What becomes of it when somebody may acknowledge it in between. */
  function story(steps: readonly (readonly [minute: number, finding: Finding | 'ack'])[]) {
    let incidents: readonly Incident[] = [];
    const states: string[] = [];
    for (const [minute, found] of steps) {
      const changed: readonly Incident[] =
        found === 'ack'
          ? incidents.map(one => ({ ...one, state: 'acknowledged' as const }))
          : advance(incidents, [found], at(minute));
      const ids = new Set(changed.map(({ alertId }) => alertId));
      incidents = [...incidents.filter(({ alertId }) => !ids.has(alertId)), ...changed];
      states.push(incidents.map(one => one.state).join() || 'none');
    }
    return { states, told: told(incidents), incidents };
  }

  it('job_failed opens with the third failure, repeats, is acknowledged, and resolves when a run ends well', () => {
    const { states, told, incidents } = story([
      [0, failing(1)],
      [5, failing(2)],
      [10, failing(3)],
      [15, failing(4)],
      [135, failing(28)],
      [140, 'ack'],
      [300, failing(60)],
      [305, failing(0)],
    ]);
    expect(states).toEqual(['none', 'none', 'open', 'open', 'open', 'acknowledged', 'acknowledged', 'resolved']);
    expect(told).toEqual(['opened', 'repeated', 'resolved']);
    expect(incidents[0]?.rule).toBe('job_failed');
  });

  it('job_failed stays open between the first success of nothing and the third failure of a new row', () => {
    const { states } = story([
      [0, failing(3)],
      [5, failing(1)],
      [10, failing(2)],
      [15, failing(0)],
    ]);
    expect(states).toEqual(['open', 'open', 'open', 'resolved']);
  });

  it('job_silent opens after the allowed silence, repeats, is acknowledged, and resolves when a run begins', () => {
    const { states, told } = story([
      [60, silent(60)],
      [61, silent(61)],
      [100, silent(100)],
      [185, silent(185)],
      [190, 'ack'],
      [400, silent(400)],
      [401, silent(401, at(401).now)],
    ]);
    expect(states).toEqual(['none', 'open', 'open', 'open', 'acknowledged', 'acknowledged', 'resolved']);
    expect(told).toEqual(['opened', 'repeated', 'resolved']);
  });

  it('job_silent allows a slow schedule three of its own pauses', () => {
    const daily = (minute: number) => findJobSilence(state({ everyS: 86_400 }), limits, at(minute).now).verdict;
    expect([daily(3 * 1440), daily(3 * 1440 + 1)]).toEqual(['clear', 'firing']);
  });
});

describe('many videos at once', () => {
  const video = (id: string, strength: number, verdict: Finding['verdict'] = 'firing') =>
    finding(verdict, {
      rule: 'anomaly_volume',
      title: `${id}: unusual sessions`,
      subject: { kind: 'video', videoId: id },
      strength,
    });
  const subjects = (incidents: readonly Incident[]) =>
    incidents
      .filter(one => one.state !== 'resolved')
      .map(({ subject }) => subject)
      .sort();

  it('open the strongest incidents alone, and one for all others', () => {
    const found = Array.from({ length: 300 }, (_, i) => video(`v${i}`, i));
    const opened = advance([], groupVideos(found, [], 2), at(0));
    expect(subjects(opened)).toEqual(['many', 'video:v298', 'video:v299']);
    expect(opened.find(({ subject }) => subject === 'many')?.evidence.value).toBe(298);
  });

  it('keep their incidents when stronger ones come', () => {
    const opened = advance([], groupVideos([video('a', 1)], [], 1), at(0));
    const next = groupVideos([video('a', 1), video('b', 9)], opened, 1);
    expect(subjects([...opened, ...advance(opened, next, at(5))])).toEqual(['many', 'video:a']);
  });

  it('resolve the common one when only a few are left', () => {
    const many = advance([], groupVideos([video('a', 1), video('b', 2)], [], 1), at(0));
    const next = advance(many, groupVideos([video('a', 1, 'clear'), video('b', 2)], many, 1), at(5));
    expect(next.map(({ subject, state }) => [subject, state])).toEqual([['many', 'resolved']]);
  });
});

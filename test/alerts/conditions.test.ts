import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '#sql';
import { tables } from '#tables';
import { type AlertFolder, openAlertFolder, storyStart, viewings } from './alert-folder.js';

const day = 86_400;
const later = (seconds: number) => new Date(storyStart + seconds * 1000);

let folder: AlertFolder | undefined;
afterEach(() => folder?.close());

/** The rules that fire for these events, with their values, seen one hour after the newest of them. */
async function fired(events: ReturnType<typeof viewings>, settings: object = {}) {
  folder = await openAlertFolder(settings);
  await folder.append(events);
  await folder.run();
  const newest = Math.max(...events.map(event => event.received_s ?? event.at_s));
  const incidents = await folder.watch(later(newest + 3600));
  return Object.fromEntries(incidents.map(({ rule, evidence }) => [rule, evidence.value]));
}

/** Eight days of 30 viewings each, all of them to the end. */
const goodWeek = Array.from({ length: 8 }, (_, i) => viewings(30, { from_s: i * day, name: `d${i}` })).flat();

describe('the alerts of DESIGN.md 7', () => {
  it('say nothing of good days', async () => {
    expect(await fired(goodWeek)).toEqual({});
  });

  it('tell that the newest event is older than 3 hours, to the second', async () => {
    folder = await openAlertFolder();
    await folder.append(viewings(1, { from_s: 0, name: 'a' }));
    await folder.run();
    expect(await folder.watch(later(100 + 10_800))).toEqual([]);
    const [incident] = await folder.watch(later(100 + 10_801));
    expect(incident).toMatchObject({
      rule: 'freshness',
      severity: 'error',
      state: 'open',
      evidence: { value: 10_801 },
    });
  });

  it('tell that the completion rate of the newest 24 hours is more than 20 % below the week before', async () => {
    const badDay = [
      ...viewings(23, { from_s: 8 * day, name: 'ok' }),
      ...viewings(7, { from_s: 8 * day, name: 'left', leftAfter_s: 50 }),
    ];
    expect(await fired([...goodWeek, ...badDay])).toEqual({ completion_rate_drop: 1 - 23 / 30 });
  });

  it('say nothing of a drop of 20 %, nor of one among too few sessions', async () => {
    const justGood = [
      ...viewings(24, { from_s: 8 * day, name: 'ok' }),
      ...viewings(6, { from_s: 8 * day, name: 'left', leftAfter_s: 50 }),
    ];
    expect(await fired([...goodWeek, ...justGood])).toEqual({});
    await folder?.close();
    expect(await fired([...goodWeek, ...viewings(19, { from_s: 9 * day, name: 'left', leftAfter_s: 50 })])).toEqual({});
  });

  it('tell that more than 15 % of the sessions watched less than a second', async () => {
    const zero = viewings(6, { from_s: 8 * day, name: 'zero', leftAfter_s: 0 });
    expect(await fired([...goodWeek, ...viewings(30, { from_s: 8 * day, name: 'ok' }), ...zero])).toEqual({
      zero_watch_share: 6 / 36,
    });
  });

  it('leave sessions out that still go on: they may complete yet', async () => {
    const justBegun = viewings(40, { from_s: 8 * day, name: 'now' }).filter(({ type }) => type === 'play');
    expect(await fired([...goodWeek, ...justBegun])).toEqual({});
  });

  it('are not blinded by a player whose clock is a year ahead', async () => {
    const ahead = viewings(1, { from_s: 400 * day, name: 'ahead' }).map(event => ({ ...event, received_s: 8 * day }));
    const zero = viewings(40, { from_s: 8 * day - 3600, name: 'zero', leftAfter_s: 0 });
    // Of the day before, the viewing that began exactly 24 hours before the newest arrival lies outside.
    expect(await fired([...goodWeek, ...zero, ...ahead], { alerts: { quality_severity: 'none' } })).toMatchObject({
      zero_watch_share: 40 / 69,
    });
  });

  it('tell of a negative watch time, and of whose', async () => {
    folder = await openAlertFolder();
    await folder.append(goodWeek);
    await folder.run();
    const { lake } = folder;
    const [one] = await folder.query(sql`select min(session_id) as id from ${await lake.read(tables.sessions)} s`);
    const id = String(one?.['id']);
    const rows = sql`select * replace (case when session_id = ${id} then -1 else watch_time_s end as watch_time_s) from ${await lake.read(tables.sessions)} s`;
    const { version } = await lake.overwrite(tables.sessions, rows);
    const runs = sql`select * replace (json_merge_patch(table_versions, ${JSON.stringify({ sessions: version })})::varchar as table_versions) from ${await lake.read(tables.job_runs)} r`;
    await lake.overwrite(tables.job_runs, runs);
    const incidents = await folder.watch(later(7 * day + 3600));
    expect(incidents.map(({ rule, severity, evidence }) => [rule, severity, evidence.sampleIds])).toEqual([
      ['negative_watch_time', 'error', [id]],
    ]);
  });
});

describe('broken data-quality rules', () => {
  const rules = {
    no_v2: { says: 'Nobody watches v2.', severity: 'error', rows: 'sessions', fails_when: "video_id = 'v2'" },
    few_v2: { says: 'Few watch v2.', severity: 'warning', rows: 'sessions', fails_when: "video_id = 'v2'" },
  };
  const events = viewings(3, { from_s: 0, name: 'b', video: 'v2' });

  it('open an incident when they are errors, with the ids that the rule kept', async () => {
    expect(Object.keys(await fired(events, { quality: { rules } }))).toEqual(['quality_rule']);
    const [incident] = (await folder?.incidents()) ?? [];
    expect(incident).toMatchObject({ subject: 'rule:no_v2', severity: 'error' });
    expect(incident?.evidence.sampleIds).toHaveLength(3);
  });

  it('open none when the configuration says so', async () => {
    expect(await fired(events, { quality: { rules }, alerts: { quality_severity: 'none' } })).toEqual({});
  });

  it('resolve when a later run finds them kept', async () => {
    folder = await openAlertFolder({ quality: { rules: { no_v2: { ...rules.no_v2, max: 0.5 } } } });
    await folder.append(events);
    await folder.run();
    await folder.watch(later(60));
    await folder.append(viewings(4, { from_s: 200, name: 'c' }));
    await folder.run();
    await folder.watch(later(400));
    expect((await folder.incidents()).map(({ state }) => state)).toEqual(['resolved']);
  });
});

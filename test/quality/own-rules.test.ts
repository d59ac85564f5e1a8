import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#sql';
import { tables } from '#tables';
import { type DataFolder, openDataFolder } from '../job/data-folder.js';

const says = 'Nobody watches on a toaster.';
const open = (rules: object) => openDataFolder({ quality: { rules } });
const told = [
  { id: '1', user: 'ann', video: 'v1', player: 'a', type: 'play', at_s: 0, position_s: 0, device: 'toaster' },
  { id: '2', user: 'ann', video: 'v1', player: 'a', type: 'pause', at_s: 60, position_s: 60, device: 'toaster' },
  { id: '3', user: 'ben', video: 'v1', player: 'b', type: 'play', at_s: 0, position_s: 0, device: 'phone' },
  { id: '4', user: 'cat', video: 'v1', player: 'c', type: 'play', at_s: 0, position_s: 0, device: null },
];

describe('rules of the operator', () => {
  let folder: DataFolder;
  beforeAll(async () => {
    folder = await open({
      no_toasters: {
        says,
        severity: 'error',
        rows: 'sessions',
        fails_when: "device = 'toaster' -- of all things",
        max: 0.2,
      },
      few_toasters: {
        says,
        rows: 'new_events',
        where: 'device is not null',
        fails_when: "device = 'toaster'",
        max: 0.9,
      },
      named: { says, rows: 'new_events', fails_when: 'device is null', id: 'user_id', value: 'number' },
    });
    await folder.append(told);
    await folder.run();
  });
  afterAll(() => folder.close());

  const resultOf = async (rule: string) => {
    const rows = await folder.query(
      sql`select * from ${await folder.lake.read(tables.quality_results)} r where rule = ${rule}`,
    );
    return rows[0];
  };

  it('are asked with those of Playhead, and kept in quality_results', async () => {
    expect(await resultOf('no_toasters')).toMatchObject({
      state: 'failed',
      severity: 'error',
      title: 'no toasters',
      says,
      value: 1 / 3,
      threshold: 0.2,
      checked_count: 3n,
      failed_count: 1n,
    });
  });

  it('are about the rows that their condition picks', async () => {
    expect(await resultOf('few_toasters')).toMatchObject({ state: 'passed', value: 2 / 3, checked_count: 3n });
  });

  it('count instead of taking a share, and name rows by a column of their choice', async () => {
    expect(await resultOf('named')).toMatchObject({ state: 'failed', value: 1, sample_ids: ['cat'] });
  });
});

/** What cannot be asked, and where the error points. */
const wrong: readonly (readonly [string, object, string, RegExp])[] = [
  ['no SQL', { fails_when: 'device = = 1' }, 'fails_when', /syntax error/],
  ['two expressions', { fails_when: '1) as c, (2' }, 'fails_when', /more than one condition/],
  ['a query behind the condition', { fails_when: 'true) union select (true' }, 'fails_when', /more than one condition/],
  ['a statement behind the condition', { fails_when: 'true) from t; drop table t; select (1' }, 'fails_when', /./],
  ['a column that is not there', { fails_when: 'toaster' }, 'fails_when', /toaster/],
  ['an aggregate', { fails_when: 'count(*) > 1' }, 'fails_when', /aggregate/i],
  ['a parameter', { fails_when: 'device = $1' }, 'fails_when', /./],
  ['a wrong condition for its rows', { fails_when: 'true', where: 'nope = 1' }, 'where', /nope/],
  ['an id that is no column', { fails_when: 'true', id: 'nope' }, 'id', /nope/],
];

it.each(wrong)('refuses %s before anything is run', async (_, part, key, message) => {
  const folder = await open({ mine: { says, rows: 'sessions', ...part } });
  await folder.append(told);
  await expect(folder.run()).rejects.toMatchObject({
    code: 'QUALITY_RULE_INVALID',
    at: `quality.rules.mine.${key}`,
    message: expect.stringMatching(message),
  });
  expect(await folder.lake.version('job_runs')).toBeUndefined();
  await folder.close();
});

it('refuses a name that a rule of Playhead has', async () => {
  const folder = await open({ freshness: { says, rows: 'sessions', fails_when: 'true' } });
  await folder.append(told);
  await expect(folder.run()).rejects.toMatchObject({ code: 'QUALITY_RULE_INVALID', at: 'quality.rules.freshness' });
  await folder.close();
});

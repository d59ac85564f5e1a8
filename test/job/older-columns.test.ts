import { rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { expect, it } from 'vitest';
import { join, lit, ref, sql } from '#sql';
import { type Table, tables } from '#tables';
import { type DataFolder, openDataFolder } from './data-folder.js';

const isSource = (column: string) => column.endsWith('_source');

/** Puts in the place of `sessions` what a version that knew no sources left, and says so in the run's row. */
async function makeOlder(folder: DataFolder): Promise<void> {
  const { lake } = folder;
  const older: Table = {
    ...tables.sessions,
    columns: Object.fromEntries(Object.entries(tables.sessions.columns).filter(([column]) => !isSource(column))),
  };
  const columns = join(Object.keys(older.columns).map(column => ref(column)));
  await folder.query(sql`create table older_sessions as select ${columns} from ${await lake.read(tables.sessions)} r`);
  await rm(joinPath(folder.path, 'sessions'), { recursive: true });
  await lake.overwrite(older, sql`select * from older_sessions`);
  const runs = await lake.read(tables.job_runs);
  const cells = Object.keys(tables.job_runs.columns).map(column => {
    if (column === 'sequence') return sql`cast(2 as bigint) as sequence`;
    return column === 'rules_hash' ? sql`${lit('older')} as rules_hash` : ref(column);
  });
  await lake.append(tables.job_runs, sql`select ${join(cells)} from ${runs} r where state = 'finished'`);
}

it('rebuilds a lake whose sessions lack columns of today, and goes on from there in increments', async () => {
  const folder = await openDataFolder();
  await folder.append([
    { id: 'a', user: 'ann', video: 'v', player: 'p1', type: 'play', at_s: 0, position_s: 0, duration_s: 100 },
    { id: 'b', user: 'ann', video: 'v', player: 'p1', type: 'unload', at_s: 30, position_s: 30 },
  ]);
  await folder.run();
  await makeOlder(folder);
  await folder.append([
    { id: 'c', user: 'ann', video: 'v', player: 'p2', type: 'load', at_s: 40 },
    { id: 'd', user: 'ann', video: 'v', player: 'p2', type: 'play', at_s: 41, position_s: 30 },
  ]);
  expect(await folder.run()).toMatchObject({ hasRun: true, mode: 'full' });
  await folder.append([{ id: 'e', user: 'ben', video: 'v', player: 'p3', type: 'play', at_s: 50, position_s: 0 }]);
  expect(await folder.run()).toMatchObject({ hasRun: true, mode: 'incremental' });
  expect(
    await folder.query(
      sql`select player_id, refresh_count, refresh_source, resumed, resumed_source
      from ${await folder.lake.read(tables.sessions)} r order by player_id`,
    ),
  ).toEqual([
    { player_id: 'p1', refresh_count: 0n, refresh_source: 'inferred', resumed: false, resumed_source: 'observed' },
    { player_id: 'p2', refresh_count: 1n, refresh_source: 'observed', resumed: true, resumed_source: 'observed' },
    { player_id: 'p3', refresh_count: 0n, refresh_source: 'inferred', resumed: false, resumed_source: 'observed' },
  ]);
  await folder.close();
});

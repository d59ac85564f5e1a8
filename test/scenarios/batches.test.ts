import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assert } from '#errors';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Row } from '#warehouse';
import { type DataFolder, openDataFolder } from '../job/data-folder.js';
import { batchesOf, cases, hasBatches, nowOf, settingsOf } from './cases.js';
import { besidePage } from './page-rows.js';

type Batch = ReturnType<typeof batchesOf>[number];

const eventColumns = Object.entries(tables.events.columns);

/** Events as rows of the table. */
function rowsOf(batch: Batch, folder: DataFolder): Fragment {
  const { dialect } = folder.lake.engine;
  const selects = batch.map(({ row, shown }) => {
    const at = raw(`make_timestamptz(${row['event_time']})`);
    const received = raw(`make_timestamptz(${row['received_at']})`);
    const values: Readonly<Record<string, Fragment>> = {
      event_time: at,
      received_at: received,
      ingested_at: received,
      event_date: sql`cast(${at} as date)`,
      impressions: shown.length === 0 ? lit(null) : sql`[${join(shown.map(lit))}]`,
      source: lit('page'),
    };
    const columns = eventColumns.map(
      ([name, type]) =>
        sql`cast(${values[name] ?? lit(row[name] ?? null)} as ${raw(dialect.type(type))}) as ${ref(name)}`,
    );
    return sql`select ${join(columns)}`;
  });
  return join(selects, ' union all ');
}

/** An event of somebody else, whose arrival makes it now. */
const tick = (nowUs: bigint): Batch[number] => ({
  row: { event_id: 'tick', user_id: 'clock', event_type: 'page_view', event_time: nowUs, received_at: nowUs },
  shown: [],
  batch: 0,
});

async function readTable(folder: DataFolder, table: TableName, order: readonly string[]): Promise<Row[]> {
  const columns = Object.entries(tables[table].columns).map(([name, type]) =>
    type === 'timestamp' ? sql`epoch_us(${ref(name)}) as ${ref(name)}` : ref(name),
  );
  return folder.query(
    sql`select ${join(columns)} from ${await folder.lake.read(tables[table])} r order by ${join(order.map(name => ref(name)))}`,
  );
}

const inBatches = cases.filter(({ given }) => hasBatches(given));
const groups = [...new Set(inBatches.map(settingsOf))].map(settings =>
  inBatches.filter(placed => settingsOf(placed) === settings),
);

describe.each(groups.map(group => [settingsOf(group[0] ?? assertSome()), group] as const))(
  'cases in batches %s',
  (_settings, group) => {
    const folders: DataFolder[] = [];

    /** Takes in one batch after the other, each with a run of its own, or all with one full run. */
    async function takeIn(isIncremental: boolean): Promise<DataFolder> {
      const first = group[0] ?? assertSome();
      const folder = await openDataFolder({ sessionization: first.given.settings });
      folders.push(folder);
      const batches = [...batchesOf(group), [tick(nowOf(first))]];
      for (const batch of isIncremental ? batches : [batches.flat()]) {
        await folder.lake.append(tables.events, rowsOf(batch, folder));
        await folder.run({ isFull: !isIncremental });
      }
      return folder;
    }

    beforeAll(async () => {
      await takeIn(true);
      await takeIn(false);
    });

    afterAll(async () => {
      for (const folder of folders) await folder.close();
    });

    it.each(group.map(placed => [placed.page, placed.given.title, placed] as const))(
      '%s: %s',
      async (_page, _title, placed) => {
        const folder = folders[0] ?? assertSome();
        const { expected, actual } = await besidePage(placed, (table, order) => readTable(folder, table, order), [
          'impressions',
        ]);
        expect(actual, placed.given.why).toEqual(expected);
      },
    );

    it('leave the rows of one full run', async () => {
      const [incremental, full] = folders;
      expect(await incremental?.rows()).toEqual(await full?.rows());
    });
  },
);

/** For what the lines above have made sure of. */
function assertSome(): never {
  assert(false, 'a group has cases and folders');
}

import { type Fragment, lit, ref, sql } from '#sql';
import { tables } from '#tables';
import type { CatalogLake, Workspace, WriteOptions } from '#warehouse';
import type { IngestPlace } from './ingest-place.js';
import type { StagedInput } from './staged-input.js';
import { historyLost } from './table-history.js';
import { begunOf, isGone, openTable, type TableInput, type TableSourceContext, viewApp } from './table-source.js';

export interface TablePlaceOptions extends TableSourceContext {
  /** Where judged rows are kept aside; made when the first are. */
  readonly workspace: () => Promise<Workspace>;
}

/** Tables of a catalog into others of it; what is kept aside is a working table. */
export function tablePlace(options: TablePlaceOptions): IngestPlace<TableInput> {
  const { lake, workspace } = options;
  return {
    open: name => openTable(name, options),
    keep: async (query, input, name = 'staged') => {
      const scratch = await workspace();
      const judged = input.isWhole ? 'judged' : name;
      await scratch.keep(judged, query).catch(error => {
        throw isGone(error) ? historyLost({ name: input.source }, error.message, error) : error;
      });
      if (input.isWhole) await scratch.keep(name, await withoutKnown(ref(judged), input, options));
      return ref(name);
    },
    commit: (staged, input) => commitTable(staged, input, lake),
  };
}

/**
 * Judged rows but for those that this source has brought before: events by their id, rejected rows by their text. What is left
 * out on purpose is counted the first time only, since it leaves nothing to be known by.
 */
async function withoutKnown(
  judged: Fragment,
  { source, isContinued }: TableInput,
  { engine, lake }: TableSourceContext,
): Promise<Fragment> {
  const d = engine.dialect;
  const isOfSource = sql`(source = ${lit(source)} or ${d.reading.startsWith(sql`source`, `${source}@`)})`;
  const events = await lake.read(tables.events);
  const rejected = await lake.read(tables.events_rejected);
  return sql`select j.* from ${judged} as j left anti join (select event_id from ${events} as k where ${isOfSource}) as e
    on j.event_id = e.event_id where j.reject_code is null and not j.left_out
  union all select j.* from ${judged} as j left anti join (select code, row from ${rejected} as k where ${isOfSource}) as e
    on j.reject_code = e.code and j.row = e.row where j.reject_code is not null
  union all select j.* from ${judged} as j where j.left_out${isContinued ? sql` and 1 = 0` : sql``}`;
}

/**
 * Rejected rows, then events, then how far the source has been read. That an ingest begins is written down first: one that was
 * killed is done again over the same versions, and each write leaves its mark in the rows, so that none is made twice. Where
 * every row is read, what is there already was left out before.
 */
async function commitTable(staged: StagedInput, input: TableInput, lake: CatalogLake): Promise<void> {
  const { progress, isWhole } = input;
  const { appId, version } =
    progress === undefined
      ? { appId: viewApp(input.source), version: 1 }
      : { appId: progress.appId, version: progress.reach };
  if (progress !== undefined && !isWhole && !progress.isResumed) {
    await lake.noteProgress('events', { appId: begunOf(appId), version });
  }
  const mark = progress?.isResumed ? sql`source = ${lit(input.writtenAs)}` : undefined;
  const once: WriteOptions = isWhole ? {} : { txn: { appId, version }, mark };
  const options = { operation: 'INGEST', ...once };
  if (Object.keys(staged.rejectedByCode).length > 0)
    await lake.append(tables.events_rejected, staged.rejected, options);
  if (staged.acceptedCount > 0) await lake.append(tables.events, staged.accepted, options);
  if (isWhole || staged.acceptedCount === 0) await lake.noteProgress('events', { appId, version });
}

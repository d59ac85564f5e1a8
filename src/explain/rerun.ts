import type { Definitions } from '#config';
import { scoreColumns } from '#engagement';
import { buildSessionPipeline } from '#sessionize';
import { type Fragment, lit, planPipeline, raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import type { Engine, Lake } from '#warehouse';

/** The rows that are served: those of one finished run. */
export interface ServedRun {
  readonly runId: string;
  readonly eventsVersion: number;
  readonly versions: Readonly<Partial<Record<TableName, number>>>;
  readonly newestReceivedUs: bigint | null;
  /** `definitionsText` of the run. */
  readonly definitions: string | null;
}

/** A connection of one's own: temporary relations are made on it, and gone when the work is done. */
export interface Place {
  readonly lake: Lake;
  readonly engine: Engine;
}

/**
 * Runs the steps that made the served rows once more, over all events of one user, and gives `work` their relations:
 * `sessions`, `segments`, `explained_intervals`, `explained_leaps` and `input_events`.
 */
export async function withUserRerun<T>(
  { lake, engine }: Place,
  served: ServedRun,
  definitions: Definitions,
  userId: string,
  work: () => Promise<T>,
): Promise<T> {
  const made: string[] = [];
  const keep = async (name: string, rows: Fragment) => {
    await engine.run(sql`create or replace temporary table ${ref(name)} as ${rows}`);
    made.push(name);
  };
  const at = (name: TableName, version: number | undefined) => lake.read(tables[name], { version: version ?? -1 });
  try {
    const events = await at('events', served.eventsVersion);
    await keep('input_events', sql`select * from ${events} e where e.user_id = ${userId}`);
    await keep('video_catalog', sql`select * from ${await at('video_catalog', served.versions.video_catalog)} c`);
    // All events are there, so nothing lies before them.
    await keep('earlier_sessions', sql`select * from ${await at('sessions', undefined)} s`);
    await keep('clock', sql`select cast(${lit(served.newestReceivedUs)} as bigint) as newest_received_us`);
    const { outputs, explained } = buildSessionPipeline(
      definitions.sessionization,
      scoreColumns(definitions.engagement),
    );
    const wanted = [outputs.segments, outputs.sessions, explained.intervals, explained.leaps];
    for (const { name, text } of planPipeline(wanted, engine.dialect)) {
      await engine.run(raw(text));
      made.push(name);
    }
    return await work();
  } finally {
    for (const name of new Set(made)) await engine.run(sql`drop table if exists ${ref(name)}`);
  }
}

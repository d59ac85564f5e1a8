import type { Definitions } from '#config';
import { scoreColumns } from '#engagement';
import { PlayheadError } from '#errors';
import { buildSessionPipeline } from '#sessionize';
import { type Columns, type Dialect, type Fragment, join, lit, planPipeline, raw, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { carryRows, DuckdbEngine, type Engine, type Lake } from '#warehouse';

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

/** Events of one user that are brought here from another engine; who has more is no viewer. */
const eventCountMax = 200_000;

/**
 * Runs the steps that made the served rows once more, over all events of one user, and gives `work` an engine with their
 * relations: `sessions`, `segments`, `explained_intervals`, `explained_leaps` and `input_events`. Rows of a catalog are brought
 * here for it: forty statements over a few hundred rows are seconds at a warehouse, and a moment here.
 * @throws EXPLAIN_TOO_MANY_EVENTS
 */
export async function withUserRerun<T>(
  place: Place,
  served: ServedRun,
  definitions: Definitions,
  userId: string,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  if (place.engine.dialect.name === 'duckdb') {
    const keep = (name: string, rows: Fragment) =>
      place.engine.run(sql`create or replace temporary table ${ref(name)} as ${rows}`);
    return rerun({ ...place, at: place.engine, keep }, served, definitions, userId, work);
  }
  const at = await DuckdbEngine.open({ threads: 1 });
  const engines = { from: place.engine, to: at };
  const keep = async (name: keyof typeof inputs, rows: Fragment) => {
    const { columns } = inputs[name];
    const count = await carryRows(engines, sql`select * from (${rows}) l limit ${lit(eventCountMax + 1)}`, {
      name,
      columns,
    });
    if (count > eventCountMax) throw tooManyEvents(userId);
  };
  try {
    return await rerun({ ...place, at, keep }, served, definitions, userId, work);
  } finally {
    await at.close();
  }
}

/** Where rows come from, and the engine with the working relations. */
interface Rerun extends Place {
  readonly at: Engine;
  readonly keep: (name: keyof typeof inputs, rows: Fragment) => Promise<void>;
}

const inputs = { input_events: tables.events, video_catalog: tables.video_catalog };

async function rerun<T>(
  { lake, engine, at, keep }: Rerun,
  served: ServedRun,
  definitions: Definitions,
  userId: string,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const made: string[] = ['earlier_sessions', 'clock', ...Object.keys(inputs)];
  const make = (name: string, rows: Fragment) => at.run(sql`create or replace temporary table ${ref(name)} as ${rows}`);
  const rowsOf = (name: TableName, version: number | undefined) => lake.read(tables[name], { version: version ?? -1 });
  try {
    const events = await rowsOf('events', served.eventsVersion);
    await keep('input_events', sql`select * from ${events} e where e.user_id = ${userId}`);
    const videos = await rowsOf('video_catalog', served.versions.video_catalog);
    // Of what has to travel only the user's videos; here they cost less than looking which those are. Joined, since an open
    // Spark binds no parameter in the subquery of a condition.
    const seen = sql`join (select distinct e.video_id from ${events} e where e.user_id = ${userId}) w on w.video_id = c.video_id`;
    await keep('video_catalog', sql`select c.* from ${videos} c ${at === engine ? raw('') : seen}`);
    // All events are there, so nothing lies before them.
    await make('earlier_sessions', noRows(tables.sessions.columns, at.dialect));
    await make('clock', sql`select cast(${lit(served.newestReceivedUs)} as bigint) as newest_received_us`);
    const { outputs, explained } = buildSessionPipeline(
      definitions.sessionization,
      scoreColumns(definitions.engagement),
    );
    const wanted = [outputs.segments, outputs.sessions, explained.intervals, explained.leaps];
    for (const { name, text } of planPipeline(wanted, at.dialect)) {
      await at.run(raw(text));
      made.push(name);
    }
    return await work(at);
  } finally {
    for (const name of new Set(made)) await at.run(sql`drop table if exists ${ref(name)}`);
  }
}

function noRows(columns: Columns, d: Dialect): Fragment {
  const typed = Object.entries(columns).map(([name, type]) => sql`cast(null as ${raw(d.type(type))}) as ${ref(name)}`);
  return sql`select ${join(typed)} where 1 = 0`;
}

const tooManyEvents = (userId: string): PlayheadError =>
  new PlayheadError({
    code: 'EXPLAIN_TOO_MANY_EVENTS',
    at: `user ${userId}`,
    message: `the session's user has more than ${eventCountMax} events, which are not brought here`,
    hint: 'a robot? look at its events at the warehouse',
  });

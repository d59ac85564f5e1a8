import { type Dialect, type Fragment, raw, type Source, source, sql } from '#sql';
import { tables } from '#tables';

const sourceOf = (name: string, table: 'sessions' | 'segments' | 'events' | 'events_rejected'): Source =>
  source({ name, grain: tables[table].grain, columns: tables[table].columns });

/** All sessions and segments, as they are after the run. */
export const sessions = sourceOf('sessions', 'sessions');
export const segments = sourceOf('segments', 'segments');
/** The events that the run has taken in, copies included: all of them only in a full run, so that checks stay cheap. */
export const newEvents = sourceOf('new_events', 'events');
/** The rows that were rejected since the run before. */
export const newRejected = sourceOf('new_rejected', 'events_rejected');
/** Where a rejected row stood. Spark's `concat` is null where one part is, so none may be. */
export const rejectedId = (d: Dialect): Fragment =>
  sql`concat(coalesce(source, ''), ':', coalesce(cast(line as ${raw(d.type('string'))}), '?'))`;
/** One row: `newest_received_us`, over all events ever. */
export const clock = source({ name: 'clock', grain: 'run', columns: { newest_received_us: 'bigint' } });

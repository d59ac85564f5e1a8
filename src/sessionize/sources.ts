import { source } from '#sql';
import { tables } from '#tables';

/** All columns of `events`; copies of events are possible. Only the events of the stretch to rebuild. */
export const inputEvents = source({
  name: 'input_events',
  grain: 'event, copies included',
  columns: tables.events.columns,
});

/** What is known of a video beside what players report; may be empty. */
export const videoCatalog = source({ name: 'video_catalog', grain: 'video', columns: tables.video_catalog.columns });

/** What a session can inherit from an earlier one (4.4); few columns, since all of a user's sessions are read. */
const inheritable = [
  'user_id',
  'video_id',
  'started_at',
  'ended_at',
  'completed',
  'first_position_s',
  'last_position_s',
  'last_position_source',
  'replay_index',
  'end_reason',
] as const;

/** Published sessions of the rebuilt users that lie before the rebuilt stretch; empty in a full run. */
export const earlierSessions = source({
  name: 'earlier_sessions',
  grain: 'session before the rebuilt stretch',
  columns: Object.fromEntries(inheritable.map(name => [name, tables.sessions.columns[name]])),
});

/** One row: what "now" means. */
export const clock = source({ name: 'clock', grain: 'the whole input', columns: { newest_received_us: 'bigint' } });

/** Sources of the gold tables: the published rows, or those of the users and videos to rebuild. */
export const publishedSessions = source({ name: 'sessions', grain: 'session', columns: tables.sessions.columns });
export const publishedSegments = source({
  name: 'segments',
  grain: 'stretch of unbroken play',
  columns: tables.segments.columns,
});
export const impressions = source({
  name: 'impressions',
  grain: 'user and video that a page showed to the user',
  columns: tables.impressions.columns,
});

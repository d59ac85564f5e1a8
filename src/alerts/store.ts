import { PlayheadError } from '#errors';
import { type ColumnType, type Dialect, type Fragment, join, raw, ref, sql } from '#sql';
import { tables } from '#tables';
import type { Engine, Lake } from '#warehouse';
import { type Incident, parseIncident } from './incident.js';

/** Where incidents are kept. */
export interface AlertStore {
  readonly lake: Lake;
  readonly engine: Engine;
}

const appId = 'playhead.alerts';

/** The incidents that a condition over the columns of `alerts` picks, newest first. */
export async function readIncidents({ lake, engine }: AlertStore, where: Fragment): Promise<Incident[]> {
  const d = engine.dialect;
  const columns = Object.entries(tables.alerts.columns).map(([name, type]) => {
    if (type === 'date') return sql`cast(${ref(name)} as ${raw(d.type('string'))}) as ${ref(name)}`;
    // As JSON, since the wire of a Spark does not escape what stands in a list.
    return type === 'string_list' ? sql`${d.reading.json(ref(name))} as ${ref(name)}` : ref(name);
  });
  const rows = await engine.query(
    sql`select ${join(columns)} from ${await lake.read(tables.alerts)} a where ${where} order by opened_at desc, alert_id`,
  );
  return rows.map(parseIncident);
}

/** What a change makes of the incidents that it was shown: those that are to be stored, and what its caller is told. */
export interface Change<T> {
  readonly changed: readonly Incident[];
  readonly result: T;
}

/**
 * Changes incidents as if nobody else did: of two changes at once one is worked out again on what the other has left. A kill
 * leaves the old rows or the new ones. @throws ALERT_CONFLICT
 */
export async function changeIncidents<T>(
  store: AlertStore,
  where: Fragment,
  change: (incidents: readonly Incident[]) => Change<T>,
): Promise<T> {
  const { lake, engine } = store;
  const { key } = tables.alerts;
  const work = async () => {
    const { changed, result } = change(await readIncidents(store, where));
    return { rows: changed.length === 0 ? undefined : rowsOf(engine.dialect, changed), result };
  };
  const done = await lake.revise(tables.alerts, work, { key, appId, operation: 'ALERTS' });
  if (done !== undefined) return done.result;
  throw new PlayheadError({
    code: 'ALERT_CONFLICT',
    at: 'alerts',
    message: 'others changed the incidents time and again while this change was worked out',
    hint: 'run again',
  });
}

type Column = keyof typeof tables.alerts.columns;

/** All incidents in one parameter: an engine may take 256 of them, which are eleven incidents. */
function rowsOf(d: Dialect, incidents: readonly Incident[]): Fragment {
  const told = incidents.map(incident => {
    const values = valuesOf(incident);
    return Object.fromEntries(columnNames.map(name => [name, toldOf(values[name])]));
  });
  const types = Object.fromEntries(columnNames.map(name => [name, toldAs[columnTypes[name]]]));
  const value = (name: Column): Fragment =>
    columnTypes[name] === 'timestamp' ? d.instantOfUs(ref('r', name)) : ref('r', name);
  const columns = columnNames.map(
    name => sql`cast(${value(name)} as ${raw(d.type(columnTypes[name]))}) as ${ref(name)}`,
  );
  return sql`select ${join(columns)} from ${d.reading.jsonRows(sql`${JSON.stringify(told)}`, types)} r`;
}

type Held = string | number | Date | readonly string[] | null;
type AlertColumnType = Extract<ColumnType, 'string' | 'double' | 'bigint' | 'timestamp' | 'date' | 'string_list'>;
const columnTypes: Readonly<Record<Column, AlertColumnType>> = tables.alerts.columns;
const isColumn = (name: string): name is Column => name in tables.alerts.columns;
const columnNames = Object.keys(tables.alerts.columns).filter(isColumn);

/** Instants travel as microseconds since 1970. */
const toldAs = {
  string: 'string',
  double: 'double',
  bigint: 'bigint',
  timestamp: 'bigint',
  date: 'string',
  string_list: 'string_list',
} as const satisfies Record<AlertColumnType, string>;

function toldOf(held: Held): string | number | readonly string[] | null {
  if (held instanceof Date) return held.getTime() * 1000;
  if (typeof held === 'string') return wellFormed(held);
  return typeof held === 'object' && held !== null ? held.map(wellFormed) : held;
}

/** Half a character is none to the engines' JSON. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

const valuesOf = (one: Incident): Readonly<Record<Column, Held>> => ({
  alert_id: one.alertId,
  rule: one.rule,
  subject: one.subject,
  video_id: one.videoId,
  title: one.title,
  severity: one.severity,
  state: one.state,
  summary: one.evidence.summary,
  value: one.evidence.value,
  threshold: one.evidence.threshold,
  expected: one.evidence.expected,
  day: one.evidence.day,
  sample_ids: one.evidence.sampleIds.length === 0 ? null : one.evidence.sampleIds,
  opened_at: one.openedAt,
  last_seen_at: one.lastSeenAt,
  notified_at: one.notifiedAt,
  notification_count: one.notificationCount,
  acknowledged_at: one.acknowledgedAt,
  acknowledged_by: one.acknowledgedBy,
  resolved_at: one.resolvedAt,
  run_id: one.runId,
  history: JSON.stringify(one.history),
  outbox: JSON.stringify(one.outbox),
});

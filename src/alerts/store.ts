import { PlayheadError } from '#errors';
import { type Fragment, join, raw, ref, type SqlValue, sql } from '#sql';
import { tables } from '#tables';
import type { Engine, FolderLake } from '#warehouse';
import { type Incident, parseIncident } from './incident.js';

/** Where incidents are kept. */
export interface AlertStore {
  readonly lake: FolderLake;
  readonly engine: Engine;
}

const appId = 'playhead.alerts';
/** How often a change that lost the race to another one is worked out anew. */
const attemptsMax = 50;

/** The incidents that a condition over the columns of `alerts` picks, newest first. */
export async function readIncidents({ lake, engine }: AlertStore, where: Fragment): Promise<Incident[]> {
  const columns = Object.entries(tables.alerts.columns).map(([name, type]) =>
    type === 'date' ? sql`cast(${ref(name)} as varchar) as ${ref(name)}` : ref(name),
  );
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
 * Changes incidents as if nobody else did: each commit carries the number after the one that was read (`txn`), so that of
 * two changes at once one is worked out again on what the other has left. A kill leaves the old rows or the new ones.
 * @throws ALERT_CONFLICT
 */
export async function changeIncidents<T>(
  store: AlertStore,
  where: Fragment,
  change: (incidents: readonly Incident[]) => Change<T>,
): Promise<T> {
  const { lake } = store;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    // In this order: rows newer than the number make the commit fail, never the other way round.
    const reached = (await lake.txnVersion('alerts', appId)) ?? 0;
    const { changed, result } = change(await readIncidents(store, where));
    if (changed.length === 0) return result;
    const txn = { appId, version: reached + 1 };
    const { wasMade } = await lake.merge(tables.alerts, rowsOf(store.engine, changed), tables.alerts.key, {
      txn,
      operation: 'ALERTS',
    });
    if (!wasMade) return result;
  }
  throw new PlayheadError({
    code: 'ALERT_CONFLICT',
    at: 'alerts',
    message: `others changed the incidents ${attemptsMax} times while this change was worked out`,
    hint: 'run again',
  });
}

type Column = keyof typeof tables.alerts.columns;

function rowsOf({ dialect }: Engine, incidents: readonly Incident[]): Fragment {
  const row = (incident: Incident): Fragment => {
    const values = valuesOf(incident);
    const value = (name: Column): Fragment => {
      const held = values[name];
      if (held instanceof Date) return dialect.instantOfUs(sql`${BigInt(held.getTime()) * 1000n}::bigint`);
      return Array.isArray(held) ? sql`list_value(${join(held.map(item => sql`${item}`))})` : sql`${toSql(held)}`;
    };
    const columns = columnNames.map(
      name => sql`cast(${value(name)} as ${raw(dialect.type(tables.alerts.columns[name]))}) as ${ref(name)}`,
    );
    return sql`select ${join(columns)}`;
  };
  return join(incidents.map(row), ' union all ');
}

type Held = SqlValue | Date | readonly string[];
const isColumn = (name: string): name is Column => name in tables.alerts.columns;
const columnNames = Object.keys(tables.alerts.columns).filter(isColumn);
const toSql = (held: Exclude<Held, Date>): SqlValue => (typeof held === 'object' ? null : held);

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

import {
  acknowledgeAlert,
  type HistoryEntry,
  type Incident,
  type AlertStore as IncidentStore,
  readIncidents,
} from '#alerts';
import type { Config } from '#config';
import type { AlertEvent, AlertQuery, AlertRecord, AlertStore } from '#gateway';
import { type Fragment, join, raw, sql } from '#sql';
import { withAlerts } from './with-alerts.js';

/**
 * The incidents of the data folder, for the gateway to show and to have acknowledged, one look after the other: each
 * opens an engine of its own and closes it.
 */
export function servedAlerts(config: Config): AlertStore {
  let last: Promise<unknown> = Promise.resolve();
  const look = <T>(work: (store: IncidentStore) => Promise<T>): Promise<T> => {
    const mine = last.then(() => withAlerts(config, work));
    last = mine.catch(() => undefined);
    return mine;
  };
  const read = (where: Fragment) => look(store => readIncidents(store, where));
  const named = (ids: readonly string[]) => read(sql`alert_id in (${join(ids.map(id => sql`${id}`))})`);
  return {
    list: async query => (await read(conditionOf(query))).slice(0, query.limit).map(toRecord),
    get: async ids => (ids.length === 0 ? [] : (await named(ids)).map(toRecord)),
    history: async ids =>
      new Map(ids.length === 0 ? [] : (await named(ids)).map(one => [one.alertId, one.history.map(toEvent)])),
    acknowledge: async ({ id, by, note, at }) => {
      const given = { alertId: id, by, ...(note !== null && { note }) };
      const done = await look(store => acknowledgeAlert(store, given, new Date(at)));
      switch (done.kind) {
        case 'not_found':
          return { kind: 'unknown' };
        case 'already_resolved':
          return { kind: 'resolved', alert: toRecord(done.alert) };
        default:
          return { kind: done.kind, alert: toRecord(done.alert) };
      }
    },
  };
}

function conditionOf({ states, rules, videoId, after }: AlertQuery): Fragment {
  const isOneOf = (column: string, values: readonly string[]) =>
    values.length === 0 ? sql`false` : sql`${raw(column)} in (${join(values.map(value => sql`${value}`))})`;
  const conditions = [
    ...(states === undefined ? [] : [isOneOf('state', states)]),
    ...(rules === undefined ? [] : [isOneOf('rule', rules)]),
    ...(videoId === undefined ? [] : [sql`video_id = ${videoId}`]),
    ...(after === undefined
      ? []
      : [
          sql`(opened_at < cast(${after.openedAt} as timestamptz)
            or opened_at = cast(${after.openedAt} as timestamptz) and alert_id > ${after.id})`,
        ]),
  ];
  return conditions.reduce((all, one) => sql`${all} and ${one}`, sql`true`);
}

const instant = (at: Date | null): string | null => at?.toISOString() ?? null;

function toRecord({ evidence, ...incident }: Incident): AlertRecord {
  const { alertId, rule, title, severity, state, videoId, acknowledgedBy } = incident;
  return {
    ...{ id: alertId, rule, title, severity, state, videoId, acknowledgedBy },
    says: evidence.summary,
    value: evidence.value,
    threshold: evidence.threshold,
    openedAt: incident.openedAt.toISOString(),
    lastSeenAt: incident.lastSeenAt.toISOString(),
    repeatCount: incident.history.filter(({ what }) => what === 'repeated').length,
    acknowledgedAt: instant(incident.acknowledgedAt),
    resolvedAt: instant(incident.resolvedAt),
  };
}

const toEvent = ({ at, what, by, note, value }: HistoryEntry): AlertEvent => ({
  at,
  kind: what,
  by: by ?? null,
  note: note ?? null,
  value: value ?? null,
});

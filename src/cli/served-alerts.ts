import {
  acknowledgeAlert,
  type HistoryEntry,
  type Incident,
  type AlertStore as IncidentStore,
  readIncidents,
} from '#alerts';
import type { Config } from '#config';
import type { AlertEvent, AlertQuery, AlertRecord, AlertStore } from '#gateway';
import { type Dialect, type Fragment, join, raw, sql } from '#sql';
import { withAlerts } from './with-alerts.js';

/** How long what a catalog has said is shown: an open dashboard looks every two seconds, and no warehouse is kept awake for that. */
const keptMs = 60_000;

/**
 * The incidents of the data folder or the catalog, for the gateway to show and to have acknowledged, one look after the other:
 * each opens an engine or a connection of its own and closes it. What a catalog says is kept for a minute, or until something
 * is acknowledged here.
 */
export function servedAlerts(config: Config, now: () => number = () => performance.now()): AlertStore {
  let last: Promise<unknown> = Promise.resolve();
  const look = <T>(work: (store: IncidentStore) => Promise<T>): Promise<T> => {
    const mine = last.then(() => withAlerts(config, work));
    last = mine.catch(() => undefined);
    return mine;
  };
  const kept = new Map<string, { readonly untilMs: number; readonly incidents: Promise<Incident[]> }>();
  const read = (question: object, where: Condition): Promise<Incident[]> => {
    const ask = () => look(store => readIncidents(store, where(store.engine.dialect)));
    if (config.engine.kind === 'duckdb') return ask();
    for (const [key, { untilMs }] of kept) if (untilMs <= now()) kept.delete(key);
    const key = JSON.stringify(question);
    const known = kept.get(key)?.incidents;
    if (known !== undefined) return known;
    const incidents = ask();
    kept.set(key, { untilMs: now() + keptMs, incidents });
    // A failure is not kept: the next look may succeed.
    incidents.catch(() => kept.delete(key));
    return incidents;
  };
  const named = (ids: readonly string[]) => read({ ids }, () => sql`alert_id in (${join(ids.map(id => sql`${id}`))})`);
  return {
    list: async query => (await read(query, d => conditionOf(query, d))).slice(0, query.limit).map(toRecord),
    get: async ids => (ids.length === 0 ? [] : (await named(ids)).map(toRecord)),
    history: async ids =>
      new Map(ids.length === 0 ? [] : (await named(ids)).map(one => [one.alertId, one.history.map(toEvent)])),
    acknowledge: async ({ id, by, note, at }) => {
      const given = { alertId: id, by, ...(note !== null && { note }) };
      const done = await look(store => acknowledgeAlert(store, given, new Date(at))).finally(() => kept.clear());
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

type Condition = (d: Dialect) => Fragment;

function conditionOf({ states, rules, videoId, after }: AlertQuery, d: Dialect): Fragment {
  const isOneOf = (column: string, values: readonly string[]) =>
    values.length === 0 ? sql`false` : sql`${raw(column)} in (${join(values.map(value => sql`${value}`))})`;
  const isAfter = ({ openedAt, id }: NonNullable<AlertQuery['after']>) => {
    const at = sql`cast(${openedAt} as ${raw(d.type('timestamp'))})`;
    return sql`(opened_at < ${at} or opened_at = ${at} and alert_id > ${id})`;
  };
  const conditions = [
    ...(states === undefined ? [] : [isOneOf('state', states)]),
    ...(rules === undefined ? [] : [isOneOf('rule', rules)]),
    ...(videoId === undefined ? [] : [sql`video_id = ${videoId}`]),
    ...(after === undefined ? [] : [isAfter(after)]),
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

import { sql } from '#sql';
import type { Incident } from './incident.js';
import { remembered } from './life-cycle.js';
import { type AlertStore, type Change, changeIncidents } from './store.js';

export interface Acknowledgement {
  readonly alertId: string;
  /** Who has taken note: a name or an address, for others to read. */
  readonly by: string;
  readonly note?: string | undefined;
}

/** What became of an acknowledgement; all but the first changed nothing. */
export type Acknowledged =
  | { readonly kind: 'acknowledged'; readonly alert: Incident }
  | { readonly kind: 'already_acknowledged'; readonly alert: Incident }
  | { readonly kind: 'already_resolved'; readonly alert: Incident }
  | { readonly kind: 'not_found'; readonly alertId: string };

/** The function that a door is handed, over a store and a clock of its opener. */
export type AcknowledgeAlert = (given: Acknowledgement) => Promise<Acknowledged>;

/** Takes note of an open incident: it is not repeated any more, and stays until its condition is over. @throws ALERT_CONFLICT */
export function acknowledgeAlert(
  store: AlertStore,
  { alertId, by, note }: Acknowledgement,
  now: Date,
): Promise<Acknowledged> {
  return changeIncidents(store, sql`alert_id = ${alertId}`, ([incident]): Change<Acknowledged> => {
    if (incident === undefined) return { changed: [], result: { kind: 'not_found', alertId } };
    switch (incident.state) {
      case 'acknowledged':
        return { changed: [], result: { kind: 'already_acknowledged', alert: incident } };
      case 'resolved':
        return { changed: [], result: { kind: 'already_resolved', alert: incident } };
      case 'open': {
        const entry = {
          at: now.toISOString(),
          what: 'acknowledged' as const,
          by,
          ...(note === undefined ? {} : { note }),
        };
        const alert: Incident = {
          ...incident,
          state: 'acknowledged',
          acknowledgedAt: now,
          acknowledgedBy: by,
          history: remembered(incident, entry),
        };
        return { changed: [alert], result: { kind: 'acknowledged', alert } };
      }
    }
  });
}

import DataLoader from 'dataloader';
import type { Caller } from './auth.js';
import { assertPageSize, type Connection, pageSizeMax } from './connection.js';
import type * as contract from './contract.generated.js';
import { readCursor, writeCursor } from './cursor.js';
import type { Defaulted } from './defaulted.js';
import type { AlertNode } from './entities.js';
import { gatewayError } from './errors.js';
import { ownId, toNodeId } from './ids.js';
import type { AlertEvent, AlertRecord, AlertState, AlertStore, Services } from './services.js';

const stateOf = { OPEN: 'open', ACKNOWLEDGED: 'acknowledged', RESOLVED: 'resolved' } as const satisfies Record<
  contract.AlertState,
  AlertState
>;
const shownState = { open: 'OPEN', acknowledged: 'ACKNOWLEDGED', resolved: 'RESOLVED' } as const satisfies Record<
  AlertState,
  contract.AlertState
>;
const shownSeverity = { error: 'ERROR', warning: 'WARNING', info: 'INFO' } as const satisfies Record<
  AlertRecord['severity'],
  contract.QualitySeverity
>;
const shownKind = {
  opened: 'OPENED',
  repeated: 'REPEATED',
  reopened: 'REOPENED',
  acknowledged: 'ACKNOWLEDGED',
  resolved: 'RESOLVED',
  expired: 'EXPIRED',
} as const satisfies Record<AlertEvent['kind'], contract.AlertEventKind>;
const order = 'OPENED_AT:DESC';
const noteLengthMax = 1_000;

/** @throws NOT_FOUND where this installation keeps no alerts */
export function alertStoreOf({ alerts }: Services): AlertStore {
  if (alerts !== undefined) return alerts;
  throw gatewayError('NOT_FOUND', 'this installation keeps no alerts');
}

export function toAlert(alert: AlertRecord): AlertNode {
  const { id, ...record } = alert;
  return {
    __typename: 'Alert',
    id: toNodeId('Alert', [id]),
    alertId: id,
    ...record,
    severity: shownSeverity[alert.severity],
    state: shownState[alert.state],
  };
}

export async function readAlert(services: Services, alertId: string): Promise<AlertNode | null> {
  const [alert] = await alertStoreOf(services).get([alertId]);
  return alert === undefined ? null : toAlert(alert);
}

/** A page by key set: alerts that open meanwhile come before it and move nothing. */
export async function readAlerts(
  services: Services,
  { filter, first, after }: Defaulted<contract.QueryAlertsArgs, 'first'>,
): Promise<Omit<Connection<AlertNode>, 'totalCount'>> {
  const store = alertStoreOf(services);
  assertPageSize(first);
  if ((filter?.rules?.length ?? 0) > pageSizeMax) {
    throw gatewayError('LIMIT_EXCEEDED', `a list in a filter has at most ${pageSizeMax} members`);
  }
  const cursor = typeof after === 'string' ? readCursor(after, { order, keyLength: 1, kind: 'instant' }) : undefined;
  const states = filter?.states?.map(state => stateOf[state]);
  const found = await store.list({
    ...(states === undefined ? {} : { states }),
    ...(filter?.rules === null || filter?.rules === undefined ? {} : { rules: filter.rules }),
    ...(typeof filter?.videoId === 'string' ? { videoId: ownId('Video', filter.videoId) } : {}),
    ...(cursor === undefined ? {} : { after: { openedAt: cursor.value ?? '', id: cursor.key[0] ?? '' } }),
    limit: first + 1,
  });
  const edges = found.slice(0, first).map(alert => ({
    cursor: writeCursor({ order, value: alert.openedAt, key: [alert.id] }),
    node: toAlert(alert),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: found.length > first,
      hasPreviousPage: cursor !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

interface Acknowledger {
  readonly services: Services;
  readonly caller: Caller;
  readonly clock: () => number;
}

/** What can be expected to fail is part of the answer; what cannot is an error. */
export async function acknowledgeAlert(
  input: contract.AcknowledgeAlertInput,
  { services, caller, clock }: Acknowledger,
) {
  const store = alertStoreOf(services);
  if (caller.role === 'analyst') throw gatewayError('FORBIDDEN', 'analysts see alerts; an admin acknowledges them');
  const note = input.note ?? null;
  if (note !== null && note.length > noteLengthMax) {
    throw gatewayError('LIMIT_EXCEEDED', `\`note\` has at most ${noteLengthMax} characters`);
  }
  const done = await store.acknowledge({
    id: ownId('Alert', input.id),
    by: caller.sub ?? caller.role,
    note,
    at: new Date(clock()).toISOString(),
  });
  switch (done.kind) {
    case 'unknown':
      return { __typename: 'AlertNotFound' as const, alertId: input.id, message: 'there is no such alert' };
    case 'resolved':
      return {
        __typename: 'AlertAlreadyResolved' as const,
        alert: toAlert(done.alert),
        message: 'the alert was over before',
      };
    case 'acknowledged':
    case 'already_acknowledged':
      return {
        __typename: 'AlertAcknowledged' as const,
        alert: toAlert(done.alert),
        isNew: done.kind === 'acknowledged',
      };
  }
}

export type AlertHistoryLoader = DataLoader<string, readonly contract.AlertEvent[]>;

export function createAlertHistoryLoader(services: Services): AlertHistoryLoader {
  return new DataLoader(async alertIds => {
    const histories = await alertStoreOf(services).history(alertIds);
    return alertIds.map(id => (histories.get(id) ?? []).map(event => ({ ...event, kind: shownKind[event.kind] })));
  });
}

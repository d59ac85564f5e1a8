import type { AlertEvent, AlertRecord, AlertStore } from '#gateway';

export const alert = (given: Partial<AlertRecord> & { readonly id: string }): AlertRecord => ({
  rule: 'freshness',
  title: 'Data is old',
  severity: 'error',
  state: 'open',
  says: 'the newest event is 5 hours old',
  videoId: null,
  value: 18_000,
  threshold: 10_800,
  openedAt: '2026-01-05T00:00:00.000Z',
  lastSeenAt: '2026-01-05T00:00:00.000Z',
  repeatCount: 0,
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  ...given,
});

/** Alerts in memory, by the rules that `AlertStore` states. */
export function memoryAlerts(
  initial: readonly AlertRecord[],
): AlertStore & { readonly put: (one: AlertRecord) => void } {
  const alerts = new Map(initial.map(one => [one.id, one]));
  const histories = new Map<string, AlertEvent[]>();
  const isAfter = (one: AlertRecord, { openedAt, id }: { openedAt: string; id: string }) =>
    one.openedAt < openedAt || (one.openedAt === openedAt && one.id > id);
  return {
    put: one => void alerts.set(one.id, one),
    list: async ({ states, rules, videoId, after, limit }) =>
      [...alerts.values()]
        .filter(one => states?.includes(one.state) ?? true)
        .filter(one => rules?.includes(one.rule) ?? true)
        .filter(one => videoId === undefined || one.videoId === videoId)
        .filter(one => after === undefined || isAfter(one, after))
        .sort((a, b) => (a.openedAt === b.openedAt ? (a.id < b.id ? -1 : 1) : a.openedAt < b.openedAt ? 1 : -1))
        .slice(0, limit),
    get: async ids => ids.flatMap(id => alerts.get(id) ?? []),
    history: async ids => new Map(ids.map(id => [id, histories.get(id) ?? []])),
    acknowledge: async ({ id, by, note, at }) => {
      const found = alerts.get(id);
      if (found === undefined) return { kind: 'unknown' };
      if (found.state === 'resolved') return { kind: 'resolved', alert: found };
      if (found.state === 'acknowledged') return { kind: 'already_acknowledged', alert: found };
      const changed: AlertRecord = { ...found, state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: by };
      alerts.set(id, changed);
      histories.set(id, [...(histories.get(id) ?? []), { at, kind: 'acknowledged', by, note, value: null }]);
      return { kind: 'acknowledged', alert: changed };
    },
  };
}

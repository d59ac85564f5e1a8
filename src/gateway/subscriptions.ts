import { alertStoreOf, toAlert } from './alerts.js';
import type { GatewayContext } from './context.js';
import type { LiveStats } from './contract.generated.js';
import type { AlertNode } from './entities.js';
import { readLiveStats } from './live.js';
import { pause } from './pause.js';
import type { SubscriptionResolvers } from './resolvers.generated.js';
import type { AlertRecord } from './services.js';

const liveEveryMs = 5_000;
const alertsEveryMs = 2_000;
/** Alerts that are looked at: what changes is among the newest, or was open when the stream began. */
const watchedAlertCount = 500;

async function* liveStats(context: GatewayContext): AsyncGenerator<LiveStats | Error> {
  let sent = '';
  for (;;) {
    const stats = await readLiveStats(context.ask, context.clock()).catch(toError);
    const text = stats instanceof Error ? stats.message : contentOf(stats);
    if (text !== sent) yield stats;
    sent = text;
    if (!(await pause(liveEveryMs, context.signal))) return;
  }
}

const markOf = ({ state, lastSeenAt, repeatCount, acknowledgedAt }: AlertRecord): string =>
  JSON.stringify([state, lastSeenAt, repeatCount, acknowledgedAt]);

/** What a viewer of the numbers can notice: not that the hour has moved on. */
function contentOf({
  minutes,
  sessionCount,
  playCount,
  watchTimeS,
  uniqueViewers,
  openSessionCount,
}: LiveStats): string {
  const busy = minutes.filter(minute => minute.sessionCount > 0);
  return JSON.stringify([busy, sessionCount, playCount, watchTimeS, uniqueViewers, openSessionCount]);
}

/** A failure is one message of the stream; the next look may succeed. */
const toError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));

function thrown<T>(value: T | Error): T {
  if (value instanceof Error) throw value;
  return value;
}

async function* alerts({ services, signal }: GatewayContext): AsyncGenerator<AlertNode> {
  const store = alertStoreOf(services);
  let known: ReadonlyMap<string, string> | undefined;
  for (;;) {
    const newest = await store.list({ limit: watchedAlertCount });
    const earlier = known;
    known = new Map(newest.map(alert => [alert.id, markOf(alert)]));
    if (earlier !== undefined) {
      for (const alert of newest.toReversed()) if (earlier.get(alert.id) !== markOf(alert)) yield toAlert(alert);
    }
    if (!(await pause(alertsEveryMs, signal))) return;
  }
}

/** Streams that look again and again until the client goes; what they yield is resolved like any other object. */
export const Subscription: SubscriptionResolvers = {
  liveStats: {
    subscribe: (_root: unknown, _args: unknown, context: GatewayContext) => liveStats(context),
    resolve: (stats: LiveStats | Error) => thrown(stats),
  },
  alerts: {
    subscribe: (_root: unknown, _args: unknown, context: GatewayContext) => alerts(context),
    resolve: (alert: AlertNode) => alert,
  },
};

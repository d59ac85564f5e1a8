import type { AlertsConfig } from '#config';
import { sql } from '#sql';
import type { Engine, FolderLake } from '#warehouse';
import { keepDeadLetter } from './dead-letters.js';
import type { Incident } from './incident.js';
import { type Message, messageOf, type Told } from './message.js';
import type { Attempt, Sink } from './sinks/sink.js';
import { type AlertStore, changeIncidents, readIncidents } from './store.js';

/** Where incidents are, and the folder of dead letters: the lake's own, or one that is named where the tables are in a catalog. */
export type DeliveryStore =
  | { readonly lake: FolderLake; readonly engine: Engine }
  | (AlertStore & { readonly folder: string });

export interface DeliverOptions {
  readonly store: DeliveryStore;
  readonly config: Pick<AlertsConfig, 'delivery' | 'listed_max'>;
  readonly sinks: ReadonlyMap<string, Sink>;
  readonly clock: () => Date;
  /** Ends early when the schedule is to stop. */
  readonly sleep: (ms: number) => Promise<void>;
  /** True when no further attempt is to be begun; what is left stays in the outbox. */
  readonly isStopping?: (() => boolean) | undefined;
  /** Only what these rules have to say; everything without it. */
  readonly rules?: readonly string[] | undefined;
}

/** What became of the outbox of one sink. */
export interface Delivery {
  readonly sink: string;
  readonly outcome: 'taken' | 'kept_for_later' | 'dead_letter' | 'no_such_sink';
  readonly incidentCount: number;
  readonly attempts: number;
  readonly reason?: string | undefined;
}

const hasOutbox = sql`outbox <> '[]'`;

/**
 * Sends what the outboxes of all incidents hold: one message a sink, all sinks at once. What is taken leaves the outbox
 * in a commit of its own: a kill in between sends it once more under the same id, and never loses it.
 */
export async function deliver(options: DeliverOptions): Promise<Delivery[]> {
  const { store, sinks, config, rules } = options;
  const waiting = (await readIncidents(store, hasOutbox)).filter(({ rule }) => rules?.includes(rule) ?? true);
  const names = [
    ...new Set(waiting.flatMap(({ outbox }) => outbox.flatMap(({ pending }) => pending.map(p => p.sink)))),
  ];
  const tries = await Promise.all(
    names.sort().map(async name => {
      const told = toldTo(name, waiting);
      const sink = sinks.get(name);
      const message = messageOf(name, told, config.listed_max);
      const tried = sink === undefined ? undefined : await tryToSend(sink, message, options);
      return { name, told, message, tried };
    }),
  );
  const deliveries: Delivery[] = [];
  for (const { name, told, message, tried } of tries) {
    deliveries.push(await settle(name, told, message, tried, options));
  }
  return deliveries;
}

function toldTo(sink: string, incidents: readonly Incident[]): Told[] {
  return incidents.flatMap(incident =>
    incident.outbox
      .filter(({ pending }) => pending.some(one => one.sink === sink))
      .map(notice => ({ incident, notice })),
  );
}

interface Tried {
  readonly last: Attempt;
  readonly attempts: number;
}

async function tryToSend(sink: Sink, message: Message, options: DeliverOptions): Promise<Tried | undefined> {
  const { attempts_per_run, backoff_s } = options.config.delivery;
  let last: Attempt | undefined;
  let attempts = 0;
  while (attempts < attempts_per_run && options.isStopping?.() !== true) {
    if (attempts > 0) {
      await options.sleep(backoff_s * 1000 * 2 ** (attempts - 1));
      if (options.isStopping?.() === true) break;
    }
    last = await sink.send(message);
    attempts += 1;
    if (last.kind === 'taken' || !last.mayRecover) break;
  }
  return last === undefined ? undefined : { last, attempts };
}

async function settle(
  sink: string,
  told: readonly Told[],
  message: Message,
  tried: Tried | undefined,
  { store, sinks, config, clock }: DeliverOptions,
): Promise<Delivery> {
  const about = { sink, incidentCount: told.length, attempts: tried?.attempts ?? 0 };
  const ids = new Set(told.map(({ notice }) => notice.id));
  if (!sinks.has(sink)) {
    // Nobody can take it any more; `history` still tells the incident.
    await updateOutbox(store, sink, ids, 'remove');
    return { ...about, outcome: 'no_such_sink' };
  }
  if (tried === undefined) return { ...about, outcome: 'kept_for_later' };
  const { last, attempts } = tried;
  if (last.kind === 'taken') {
    await updateOutbox(store, sink, ids, 'remove');
    return { ...about, outcome: 'taken' };
  }
  const before = Math.max(
    ...told.flatMap(({ notice }) => notice.pending.filter(one => one.sink === sink).map(one => one.attempts)),
  );
  const inAll = before + attempts;
  const { reason } = last;
  if (last.mayRecover && inAll < config.delivery.attempts_max) {
    await updateOutbox(store, sink, ids, attempts);
    return { ...about, outcome: 'kept_for_later', reason };
  }
  const folder = 'folder' in store ? store.folder : store.lake.folder;
  await keepDeadLetter(folder, { sink, failed_at: clock().toISOString(), attempts: inAll, reason, message });
  await updateOutbox(store, sink, ids, 'remove');
  return { ...about, outcome: 'dead_letter', reason };
}

/** Takes a sink off notices that it has been told of, or counts the attempts. */
async function updateOutbox(
  store: AlertStore,
  sink: string,
  ids: ReadonlySet<string>,
  what: 'remove' | number,
): Promise<void> {
  await changeIncidents(store, hasOutbox, incidents => {
    const changed = incidents
      .filter(({ outbox }) => outbox.some(({ id, pending }) => ids.has(id) && pending.some(one => one.sink === sink)))
      .map(incident => ({
        ...incident,
        outbox: incident.outbox
          .map(notice => {
            if (!ids.has(notice.id)) return notice;
            const pending = notice.pending.flatMap(one => {
              if (one.sink !== sink) return [one];
              return what === 'remove' ? [] : [{ ...one, attempts: one.attempts + what }];
            });
            return { ...notice, pending };
          })
          .filter(({ pending }) => pending.length > 0),
      }));
    return { changed, result: undefined };
  });
}

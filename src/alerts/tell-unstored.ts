import type { AlertsConfig } from '#config';
import type { Finding } from './incident.js';
import { advance } from './life-cycle.js';
import { messageOf } from './message.js';
import type { Sink } from './sinks/sink.js';

export interface UnstoredOptions {
  readonly config: Pick<AlertsConfig, 'repeat_s' | 'reopen_s' | 'expire_s' | 'listed_max'>;
  readonly sinks: ReadonlyMap<string, Sink>;
  readonly now: Date;
}

/**
 * Tells findings once, of which no incident can be kept: a full disk must not keep silent about itself. Nothing is
 * remembered, so whoever asks decides how often. Returns the sinks that have taken it.
 */
export async function tellUnstored(
  found: readonly Finding[],
  { config, sinks, now }: UnstoredOptions,
): Promise<string[]> {
  const opened = advance([], found, { now, runId: '', config, sinks: [...sinks.keys()] });
  const told = opened.flatMap(incident => incident.outbox.map(notice => ({ incident, notice })));
  if (told.length === 0) return [];
  const attempts = await Promise.all(
    [...sinks].map(async ([name, sink]) => ({
      name,
      attempt: await sink.send(messageOf(name, told, config.listed_max)),
    })),
  );
  return attempts.flatMap(({ name, attempt }) => (attempt.kind === 'taken' ? [name] : []));
}

import type { AlertsConfig, SinkConfig } from '#config';
import { emailSink } from './email.js';
import { logSink } from './log.js';
import type { Sink, SinkOptions } from './sink.js';
import { slackSink } from './slack.js';
import { webhookSink } from './webhook.js';

/** The configured sinks by name; the log where there are none, so that no incident goes unsaid. */
export function openSinks(
  config: Pick<AlertsConfig, 'sinks' | 'delivery'>,
  { clock, log }: Pick<SinkOptions, 'clock' | 'log'>,
): ReadonlyMap<string, Sink> {
  const configured = Object.entries(config.sinks);
  const all: readonly (readonly [string, SinkConfig])[] =
    configured.length > 0 ? configured : [['log', { kind: 'log' }]];
  const timeoutMs = config.delivery.timeout_s * 1000;
  return new Map(all.map(([name, sink]) => [name, openSink(sink, { name, timeoutMs, clock, log })]));
}

function openSink(config: SinkConfig, options: SinkOptions): Sink {
  switch (config.kind) {
    case 'log':
      return logSink(options);
    case 'slack':
      return slackSink(config, options);
    case 'webhook':
      return webhookSink(config, options);
    case 'email':
      return emailSink(config, options);
  }
}

export type LogEvent = Readonly<Record<string, unknown>>;
type Sink = (extra: { readonly event: LogEvent }) => unknown;

let sink: Sink | undefined;

/** Cube's logger, handed over at every boot; events before that are dropped. */
export function setupLogger(logger: Sink, _logLevel?: string, _isProduction?: boolean): void {
  sink = logger;
}

export function resetLogger(_logLevel?: string): void {
  sink = undefined;
}

/** Tells Cube's logger. `type` is the event's title there; `warning` or `error` decide how loudly it prints. */
export function logEvent(event: LogEvent): void {
  sink?.({ event });
}

import type { Message } from '../message.js';

/** What became of one attempt. The reason never holds an address, a secret or what the other side answered. */
export type Attempt =
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** False where the same message cannot succeed later either. */
      readonly mayRecover: boolean;
    };

/** A place that messages go to. */
export interface Sink {
  readonly name: string;
  /** One attempt; ends within the time-out, whatever the other side does, and throws nothing. */
  send(message: Message): Promise<Attempt>;
}

export interface SinkOptions {
  readonly name: string;
  readonly timeoutMs: number;
  readonly clock: () => Date;
  /** Takes one line of JSON; what the sink of kind `log` writes to. */
  readonly log: (line: string) => void;
}

export const taken: Attempt = { kind: 'taken' };
export const refused = (reason: string, mayRecover: boolean): Attempt => ({ kind: 'refused', reason, mayRecover });

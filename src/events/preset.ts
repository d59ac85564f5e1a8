import type { EventType } from '#tables';
import type { CanonicalColumn } from './canonical.js';

/** What becomes of one source event name; null leaves it out on purpose. */
export type EventTarget = EventType | null;

/** A name whose meaning depends on another value of the row. */
export interface EventCondition {
  /** Source paths of the deciding value, tried in order. */
  readonly by: readonly string[];
  /** Lower-case text of the value -> target. */
  readonly values: Readonly<Record<string, EventTarget>>;
  readonly otherwise: EventTarget;
}

/** A name that means something else where the playhead stands at the video's end. */
export interface EndCondition {
  readonly atEnd: EventTarget;
  readonly otherwise: EventTarget;
}

export type EventRule = EventTarget | EventCondition | EndCondition;

/** A vocabulary of source events: what its columns and names are, and what they mean here. */
export interface Preset {
  readonly name: string;
  readonly title: string;
  /** Canonical column -> source paths (source-path.ts), the first that has a value wins. */
  readonly columns: Readonly<Partial<Record<CanonicalColumn, readonly string[]>>>;
  /** Source event name, lower case -> meaning. */
  readonly events: Readonly<Record<string, EventRule>>;
  /**
   * Where the source mixes video events with others: a name that is not listed is rejected only when it contains one of
   * these words, and left out otherwise. Without it every name that is not listed is rejected.
   */
  readonly ownWords?: readonly string[];
  readonly positionUnit?: 's' | 'ms';
  readonly timeFormat?: string;
}

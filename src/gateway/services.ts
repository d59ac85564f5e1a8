/** What the gateway is handed, because it does not come from Cube: alerts (kept by the job's side) and explanations. */
export interface Services {
  /** None where this installation keeps no alerts. */
  readonly alerts?: AlertStore;
  /** None where the tables are not at hand; rejects with a `code` EXPLAIN_UNKNOWN_ID for a session that is not served. */
  readonly explainSession?: (asked: SessionAsked, signal: AbortSignal) => Promise<SessionExplanation>;
}

/** A session as one run serves it: the run of that number, the newest where there is none. */
export interface SessionAsked {
  readonly sessionId: string;
  readonly version: number | undefined;
}

export type AlertState = 'open' | 'acknowledged' | 'resolved';

export interface AlertRecord {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly state: AlertState;
  /** What happened, in one sentence. */
  readonly says: string;
  /** The video that it is about; null where it is about all. */
  readonly videoId: string | null;
  readonly value: number | null;
  readonly threshold: number | null;
  /** Instants are ISO 8601 in UTC with milliseconds. */
  readonly openedAt: string;
  readonly lastSeenAt: string;
  /** How often it was found again since it opened. */
  readonly repeatCount: number;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAt: string | null;
}

export interface AlertEvent {
  readonly at: string;
  readonly kind: 'opened' | 'repeated' | 'reopened' | 'acknowledged' | 'resolved' | 'expired';
  /** Who acknowledged it; null otherwise. */
  readonly by: string | null;
  readonly note: string | null;
  readonly value: number | null;
}

export interface AlertQuery {
  readonly states?: readonly AlertState[];
  readonly rules?: readonly string[];
  readonly videoId?: string;
  /** Only what comes after this one: opened earlier, or at the same instant with a larger id. */
  readonly after?: { readonly openedAt: string; readonly id: string };
  readonly limit: number;
}

export type Acknowledgement =
  | { readonly kind: 'acknowledged'; readonly alert: AlertRecord }
  | { readonly kind: 'already_acknowledged'; readonly alert: AlertRecord }
  | { readonly kind: 'resolved'; readonly alert: AlertRecord }
  | { readonly kind: 'unknown' };

/** Where alerts are kept. */
export interface AlertStore {
  /** Newest first by `openedAt`, then by id. */
  list(query: AlertQuery): Promise<readonly AlertRecord[]>;
  /** Those of the ids that exist, in any order. */
  get(ids: readonly string[]): Promise<readonly AlertRecord[]>;
  /** What happened to each alert, oldest first; nothing for unknown ids. */
  history(ids: readonly string[]): Promise<ReadonlyMap<string, readonly AlertEvent[]>>;
  acknowledge(request: { id: string; by: string; note: string | null; at: string }): Promise<Acknowledgement>;
}

/** How a served session came about; the part of `playhead explain session` that the contract shows. */
export interface SessionExplanation {
  readonly sessionId: string;
  readonly runId: string;
  readonly events: readonly ExplainedEvent[];
  readonly skips: readonly {
    readonly number: number;
    readonly sizeS: number | null;
    readonly counts: boolean;
    readonly leaps: readonly { readonly event: number; readonly fromS: number | null; readonly toS: number | null }[];
  }[];
  readonly segments: readonly ExplainedSegment[];
  readonly sums: readonly ExplainedSum[];
  readonly decisions: readonly string[];
  readonly agrees: boolean;
}

export interface ExplainedEvent {
  readonly number: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly at: string;
  readonly offsetS: number;
  readonly positionS: number | null;
  readonly trustedPositionS: number | null;
  readonly playbackRate: number | null;
  readonly isHidden: boolean;
  readonly stateAfter: string;
  readonly interval: ExplainedInterval | null;
}

export interface ExplainedInterval {
  readonly verdict: string;
  readonly stateBefore: string;
  readonly wS: number;
  readonly dS: number | null;
  readonly r: number;
  readonly tolS: number;
  readonly watchedS: number;
  readonly uncertainS: number;
  readonly says: string;
}

export interface ExplainedSegment {
  readonly index: number;
  readonly fromS: number;
  readonly toS: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly playbackRate: number;
}

export interface ExplainedSum {
  readonly measure: string;
  readonly how: string | null;
  readonly total: string | number | boolean | null;
  readonly served: string | number | boolean | null;
  readonly agrees: boolean;
}

/** How a served session came about. Seconds are numbers and end in S; instants are ISO 8601 in UTC with microseconds. */
export interface SessionExplanation {
  readonly sessionId: string;
  /** The run whose rows are explained, and the definitions that it was made with. */
  readonly runId: string;
  readonly definitions: ExplainedDefinitions;
  /** The served row, column by column. */
  readonly row: Readonly<Record<string, CellValue>>;
  /** In the order of 4.1.1. */
  readonly events: readonly ExplainedEvent[];
  readonly skips: readonly ExplainedSkip[];
  readonly segments: readonly ExplainedSegment[];
  readonly sums: readonly ExplainedSum[];
  /** Copies of the session's events that were left out (4.1.1). */
  readonly duplicates: readonly DroppedCopy[];
  readonly visit: ExplainedVisit;
  /** Earlier sessions of this user and video, newest first: what replay, resume and refresh were decided by. */
  readonly earlier: readonly EarlierSession[];
  /** What the row says beside its sums, each in one sentence: why it is a replay, why it ended as it did. */
  readonly decisions: readonly string[];
  /** What the events add up to now and the served row has otherwise; empty as it should be. */
  readonly differences: readonly Difference[];
  /** True where every sum and every column of the row and of its segments is the served one, to the last digit. */
  readonly agrees: boolean;
}

export type CellValue = string | number | boolean | null;

export interface ExplainedDefinitions {
  /** `recorded` with the run; `today` where the run was made by a version that recorded none. */
  readonly source: 'recorded' | 'today';
  readonly sessionTimeoutS: number;
  readonly toleranceS: number;
  readonly toleranceRatio: number;
  readonly tailPolicy: string;
  readonly validCompletionRatio: number;
}

/** The verdicts of DESIGN.md 4.3, without `seek_reported`: that one is judged as one of the others. */
export const verdicts = [
  'paused',
  'buffering',
  'idle',
  'seek_settling',
  'restarted',
  'seek_predicted',
  'unmeasured',
  'back',
  'ahead',
  'behind',
  'steady',
] as const;
export type Verdict = (typeof verdicts)[number];

export interface ExplainedEvent {
  /** From 1, within the session. */
  readonly number: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly at: string;
  /** Since the session's first event. */
  readonly offsetS: number;
  readonly receivedAt: string | null;
  /** As reported. */
  readonly positionS: number | null;
  readonly seekFromS: number | null;
  readonly playbackRate: number | null;
  /** Where the playhead is taken to be (4.1.4); null where that is unknown. */
  readonly trustedPositionS: number | null;
  readonly isLive: boolean;
  readonly isBadPosition: boolean;
  readonly isHidden: boolean;
  readonly stateAfter: string;
  readonly beginsReplay: boolean;
  /** The interval that ends here; none for the first event. */
  readonly interval: ExplainedInterval | null;
}

export interface ExplainedInterval {
  readonly verdict: Verdict;
  /** The seek that ends it says where it left. */
  readonly isSeekReported: boolean;
  readonly stateBefore: string;
  readonly wS: number;
  readonly pS: number | null;
  readonly qS: number | null;
  readonly dS: number | null;
  readonly r: number;
  /** The rate that was in force by what the player reported; differs from `r` after a silent rate change. */
  readonly reportedR: number;
  readonly tolS: number;
  readonly watchedS: number;
  readonly uncertainS: number;
  readonly segment: { readonly fromS: number; readonly toS: number } | null;
  /** Numbers of the skips that this interval's leaps belong to. */
  readonly skips: readonly number[];
  /** The verdict in one sentence. */
  readonly says: string;
}

export interface ExplainedSkip {
  /** From 1, leaps too small to be skips among them. */
  readonly number: number;
  readonly leaps: readonly { readonly event: number; readonly fromS: number | null; readonly toS: number | null }[];
  /** From the first origin to the last target; negative for backwards. */
  readonly sizeS: number | null;
  /** False below one second: then it is none. */
  readonly counts: boolean;
}

export interface ExplainedSegment {
  readonly index: number;
  readonly fromS: number;
  readonly toS: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly playbackRate: number;
  /** What no other segment, taken in the order of their positions, has covered. */
  readonly newS: number;
}

/** A measure of the row as the sum that it is. */
export interface ExplainedSum {
  readonly measure: string;
  readonly terms: readonly SumTerm[];
  /** For a measure that is no sum: how it follows from others. */
  readonly how: string | null;
  readonly total: CellValue;
  readonly served: CellValue;
  readonly agrees: boolean;
}

export interface SumTerm {
  readonly value: number;
  /** Where it comes from: `event 3`, `segment 0`, `skip 1`. */
  readonly from: string;
}

export interface DroppedCopy {
  readonly eventId: string;
  readonly at: string;
  readonly receivedAt: string | null;
  readonly positionS: number | null;
}

/** What else the user did in this visit. */
export interface ExplainedVisit {
  readonly visitId: string;
  readonly startedAt: string;
  readonly pageViews: readonly { readonly eventId: string; readonly at: string; readonly shown: number }[];
  readonly otherSessions: readonly {
    readonly sessionId: string;
    readonly videoId: string;
    readonly playerId: string | null;
    readonly startedAt: string;
    readonly endedAt: string;
    readonly watchTimeS: number;
  }[];
}

export interface EarlierSession {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** From its end to this session's start; negative where it was still running. */
  readonly gapS: number;
  readonly completed: boolean;
  readonly lastPositionS: number | null;
  readonly replayIndex: number;
}

export interface Difference {
  /** `sessions` or `segments 3`. */
  readonly of: string;
  readonly column: string;
  readonly computed: CellValue;
  readonly served: CellValue;
}

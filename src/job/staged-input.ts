import type { Fragment } from '#sql';

/** A row that was rejected, as the command shows it. */
export interface Rejection {
  readonly line: number | undefined;
  readonly code: string;
  readonly reason: string;
}

/** Every row of an input, judged, and kept aside; nothing of it is in the tables yet. */
export interface StagedInput {
  /** Rows for `events` and for `events_rejected`, in their columns. */
  readonly accepted: Fragment;
  readonly rejected: Fragment;
  readonly readCount: number;
  readonly acceptedCount: number;
  readonly ignoredCount: number;
  readonly rejectedByCode: Readonly<Record<string, number>>;
  /** The first few, by line. */
  readonly rejections: readonly Rejection[];
}

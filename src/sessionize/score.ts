import type { Fragment } from '#sql';

/** What an engagement score is made of; each may be null. */
export interface ScoreInputs {
  /** Share of the video that was watched, 0 to 1. */
  readonly watchRatio: Fragment;
  readonly completions: Fragment;
  readonly sessions: Fragment;
}

/** The engagement columns of a row as a select list; `#engagement` has the formula. */
export type ScoreColumns = (inputs: ScoreInputs) => Fragment;

import type { SourceRows } from '#events';
import type { Fragment } from '#sql';
import type { StagedInput } from './staged-input.js';

/** One input, ready to be read. */
export interface SourceInput {
  /** As the user named it. */
  readonly source: string;
  /** What stands in the column `source` of its rows. */
  readonly writtenAs: string;
  /** All of it was taken in before. */
  readonly isRepeat: boolean;
  /** Something of it was taken in before, so that what is new now may be nothing, or of no use. */
  readonly isContinued: boolean;
  readonly rows: SourceRows;
  /** The same rows with their line numbers, where `rows` have none; dearer, so asked only for rejected rows. */
  readonly numbered: Fragment | undefined;
}

/** Where inputs are opened, kept aside and committed: files with a data folder, tables with their catalog. */
export interface IngestPlace<Input extends SourceInput> {
  /** Looks through an input and tells how to read it. @throws INPUT_..., DELTA_..., TABLE_NOT_FOUND */
  open(source: string): Promise<Input>;
  /** Keeps the rows of a query over an input until they are committed; gives what stands in FROM for them. */
  keep(query: Fragment, input: Input, name?: 'staged' | 'rejected'): Promise<Fragment>;
  /**
   * Makes staged rows visible, first the rejected ones. Killed in between, the same input given again makes the rest, and
   * nothing twice.
   */
  commit(staged: StagedInput, input: Input): Promise<void>;
}

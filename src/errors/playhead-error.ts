import { codes, type ErrorCode } from './codes.js';

/** What, where, and what to do: the three things a person needs to know. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What went wrong, without the code, in one sentence. */
  readonly message: string;
  /** Where: a file with line, a config key, a table with version. */
  readonly at?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An expected failure with a stable code. Anything else that is thrown is a bug and is shown as INTERNAL. */
export class PlayheadError extends Error {
  readonly code: ErrorCode;
  readonly at: string | undefined;
  readonly hint: string | undefined;

  constructor({ code, message, at, hint, cause }: ErrorDetails) {
    super(message, { cause });
    this.name = 'PlayheadError';
    this.code = code;
    this.at = at;
    this.hint = hint;
  }

  /** `CODE: where: what; what to do` on one line. */
  get line(): string {
    const where = this.at === undefined ? '' : `${this.at}: `;
    const advice = this.hint === undefined ? '' : `; ${this.hint}`;
    return `${this.code}: ${where}${this.message}${advice}`.replaceAll(/\s*\n\s*/g, ' ');
  }
}

/** The exit status of a command that ended with this error. */
export function exitStatusOf(error: unknown): number {
  return error instanceof PlayheadError ? codes[error.code].exit : codes.INTERNAL.exit;
}

/** Throws when an invariant of our own does not hold: a bug, no user error. */
export function assert(condition: boolean, whatMustHold: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${whatMustHold}`);
}

import { PlayheadError } from '#errors';

/** One step into a JSON value: a key or a list index. */
export type PathStep = string | number;

/**
 * Where a value stands in a source row, as a mapping writes it:
 *
 * - `position`            the column (or top-level key) of that name
 * - `$.properties.pos`    a value inside a JSON value; `$.media[0].time` and `$."odd key"` too
 * - `$.event > $.id`      the first value is text that holds JSON (or is JSON itself): look inside it
 * - `!hidden`             the opposite of a boolean
 */
export interface SourcePath {
  readonly written: string;
  /** The column (or top-level key) that the path begins with. */
  readonly column: string;
  readonly steps: readonly PathStep[];
  /** Steps inside the JSON text found there. */
  readonly inner: readonly PathStep[] | undefined;
  readonly isNegated: boolean;
}

const stepPattern = /\.(?:"((?:[^"\\]|\\.)*)"|([^.[\]"\s]+))|\[(\d+)\]/y;

/** Reads one path of a mapping. @throws CONFIG_INVALID */
export function parseSourcePath(written: string): SourcePath {
  const isNegated = written.startsWith('!');
  const [outer = '', inner, ...rest] = (isNegated ? written.slice(1) : written).split(/\s*>\s*(?=\$)/);
  if (outer === '' || rest.length > 0) throw invalidPath(written);
  const steps = outer.startsWith('$') ? parseSteps(outer, written) : [outer];
  const column = steps[0];
  if (typeof column !== 'string') throw invalidPath(written);
  return {
    written,
    column,
    steps: steps.slice(1),
    inner: inner === undefined ? undefined : parseSteps(inner, written),
    isNegated,
  };
}

function parseSteps(path: string, written: string): PathStep[] {
  const steps: PathStep[] = [];
  stepPattern.lastIndex = 1;
  while (stepPattern.lastIndex < path.length) {
    const match = stepPattern.exec(path);
    if (match === null) throw invalidPath(written);
    const [, quoted, plain, index] = match;
    steps.push(index === undefined ? (plain ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '') : Number(index));
  }
  if (steps.length === 0) throw invalidPath(written);
  return steps;
}

function invalidPath(written: string): PlayheadError {
  return new PlayheadError({
    code: 'CONFIG_INVALID',
    at: 'mapping.columns',
    message: `"${written}" is no path`,
    hint: 'write a column name, $.a.b for a value inside JSON, or $.a > $.b for JSON inside text',
  });
}

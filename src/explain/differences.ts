import type { Difference } from './explanation.js';
import { cellOf, type PlainRow } from './read.js';

interface Rows {
  readonly row: PlainRow | undefined;
  readonly segments: readonly PlainRow[];
}

/** Every column in which the served rows are not what the events add up to now; without any tolerance. */
export function differencesOf(served: Rows, computed: Rows): Difference[] {
  const found = differ('sessions', served.row, computed.row);
  const count = Math.max(served.segments.length, computed.segments.length);
  for (let i = 0; i < count; i++) {
    found.push(...differ(`segments ${i}`, served.segments[i], computed.segments[i]));
  }
  return found;
}

function differ(of: string, served: PlainRow | undefined, computed: PlainRow | undefined): Difference[] {
  if (served === undefined || computed === undefined) {
    const there = (row: PlainRow | undefined) => (row === undefined ? 'no row' : 'a row');
    return [{ of, column: '*', computed: there(computed), served: there(served) }];
  }
  return Object.keys({ ...served, ...computed }).flatMap(column => {
    const a = computed[column] ?? null;
    const b = served[column] ?? null;
    return Object.is(a, b) ? [] : [{ of, column, computed: cellOf(a), served: cellOf(b) }];
  });
}

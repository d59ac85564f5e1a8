/** A stretch `[from, to)` of whole microseconds. */
export type Stretch = readonly [from: number, to: number];

/** How much the stretches cover together, what several of them cover counted once. */
export function unionLength(stretches: readonly Stretch[]): number {
  let length = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return length;
}

/** Microseconds as seconds: the division that the published tables are made with. */
export const secondsOf = (us: bigint): number => Number(us) / 1e6;

export const secondsOrNull = (us: bigint | null): number | null => (us === null ? null : secondsOf(us));

/** Microseconds since 1970 as ISO 8601 with as many digits as they have. */
export function instantText(us: bigint): string {
  const wholeSeconds = us >= 0n || us % 1_000_000n === 0n ? us / 1_000_000n : us / 1_000_000n - 1n;
  const fraction = us - wholeSeconds * 1_000_000n;
  const head = new Date(Number(wholeSeconds) * 1000).toISOString().slice(0, -5);
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
  return `${head}${digits}Z`;
}

/** A number of seconds for people: at most six decimals, none that say nothing. */
export const shown = (value: number | null): string => (value === null ? 'unknown' : String(Number(value.toFixed(6))));

/** Published seconds as the whole microseconds that they are. */
export const microsOf = (seconds: number): bigint => BigInt(Math.round(seconds * 1e6));

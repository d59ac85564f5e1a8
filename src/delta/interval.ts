const unitsMs: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Milliseconds of a Delta interval property (`interval 7 days`, `interval 1 week 2 hours`); undefined for what it cannot read. */
export function durationMs(interval: string | null | undefined): number | undefined {
  const words = interval
    ?.trim()
    .toLowerCase()
    .replace(/^interval\s+/, '')
    .split(/\s+/);
  if (words === undefined || words.length === 0 || words.length % 2 !== 0) return undefined;
  let total = 0;
  for (let i = 0; i < words.length; i += 2) {
    const unit = unitsMs[(words[i + 1] ?? '').replace(/s$/, '')];
    const amount = Number(words[i]);
    if (unit === undefined || !Number.isFinite(amount)) return undefined;
    total += amount * unit;
  }
  return total;
}

/** One day of a series, in the scale in which it is judged. */
export interface DayValue {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Null where the day has too little to measure. */
  readonly value: number | null;
}

/** What was to be expected of a day, and how far from it a usual day lies. */
export interface Forecast {
  readonly expected: number;
  /** A robust standard deviation of forecasts like this one. */
  readonly deviation: number;
}

/** Days before the judged one that say how high the series runs at present. */
const levelDays = 7;
const levelDaysMin = 4;
/** Makes the median of absolute deviations a standard deviation where errors are normal. */
const madToDeviation = 1.4826;
/** Weekdays are told apart where that makes the usual error smaller by so much; else they would only add noise. */
const weekdayGainMin = 0.85;

/** The value in the middle; of an even number the mean of the two. Undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

interface Measured {
  readonly day: number;
  readonly value: number;
}

/**
 * The forecast of a day from those before it: the median of the last seven, plus what its weekday usually adds. Its
 * deviation is the median error (MAD) of the same forecast on each day of the history, so that a series with a trend,
 * or a wild one, is judged by how well it can be foretold. Medians, since earlier anomalies must not hide the next one.
 */
export function forecastOf(history: readonly DayValue[], day: number, measuredMin: number): Forecast | undefined {
  const measured = history.flatMap(({ day, value }) => (value === null ? [] : [{ day, value }]));
  if (measured.length < measuredMin) return undefined;
  const plain = foretell(measured, day, () => 0);
  const effects = weekdayEffects(measured);
  const seasonal = foretell(measured, day, of => effects.get(weekdayOf(of)) ?? 0);
  if (plain === undefined || seasonal === undefined) return plain ?? seasonal;
  return seasonal.deviation < weekdayGainMin * plain.deviation ? seasonal : plain;
}

const weekdayOf = (day: number): number => ((day % 7) + 7) % 7;

/** What each weekday usually adds to the level of the days around it. */
function weekdayEffects(measured: readonly Measured[]): ReadonlyMap<number, number> {
  const deviations = new Map<number, number[]>();
  for (const { day, value } of measured) {
    const around = measured.filter(other => Math.abs(other.day - day) <= 3).map(other => other.value);
    const level = around.length < levelDays ? undefined : median(around);
    if (level === undefined) continue;
    const weekday = weekdayOf(day);
    deviations.set(weekday, [...(deviations.get(weekday) ?? []), value - level]);
  }
  return new Map([...deviations].map(([weekday, values]) => [weekday, values.length < 2 ? 0 : (median(values) ?? 0)]));
}

function foretell(measured: readonly Measured[], day: number, effectOf: (day: number) => number): Forecast | undefined {
  const levels = measured.map(({ day, value }) => ({ day, value: value - effectOf(day) }));
  const levelBefore = (end: number): number | undefined => {
    const last = levels.filter(one => one.day < end && one.day >= end - levelDays).map(({ value }) => value);
    return last.length < levelDaysMin ? undefined : median(last);
  };
  const errors = levels.flatMap(({ day, value }) => {
    const level = levelBefore(day);
    return level === undefined ? [] : [value - level];
  });
  const level = levelBefore(day);
  const bias = median(errors);
  if (level === undefined || bias === undefined) return undefined;
  const deviation = madToDeviation * (median(errors.map(error => Math.abs(error - bias))) ?? 0);
  return { expected: level + bias + effectOf(day), deviation };
}

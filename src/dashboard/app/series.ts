import type { DrawnAnnotation, MetricStep, WatchTimeStep } from '#charts';

/** A time series as documents ask it, of which metrics however. */
export interface Series {
  readonly series: readonly {
    readonly metric: string;
    readonly points: readonly { readonly at: string; readonly value: number | null }[];
    readonly previousPoints: readonly { readonly value: number | null }[];
  }[];
  readonly annotations: readonly {
    readonly kind: string;
    readonly title: string;
    readonly at: string;
    readonly until: string | null;
  }[];
}

/** The steps of one metric, each beside the same step of the period before. */
export function stepsOf(series: Series, metric: string): readonly MetricStep[] {
  const found = series.series.find(one => one.metric === metric);
  return (found?.points ?? []).map(({ at, value }, step) => ({
    at: new Date(at),
    value,
    previous: found?.previousPoints[step]?.value ?? null,
  }));
}

/** Watch time with what is uncertain and estimated of each step. */
export function watchTimeSteps(series: Series): readonly WatchTimeStep[] {
  const uncertain = stepsOf(series, 'UNCERTAIN_S');
  const estimated = stepsOf(series, 'ESTIMATED_TAIL_S');
  return stepsOf(series, 'WATCH_TIME_S').map(({ at, value, previous }, step) => ({
    at,
    watchTimeS: value ?? 0,
    uncertainS: uncertain[step]?.value ?? 0,
    estimatedTailS: estimated[step]?.value ?? 0,
    previousS: previous,
  }));
}

export const annotationsOf = (series: Series): readonly DrawnAnnotation[] =>
  series.annotations.map(({ kind, title, at, until }) => ({
    title: kind === 'OTHER' ? title : `${kind.toLowerCase()}: ${title}`,
    at: new Date(at),
    until: until === null ? null : new Date(until),
  }));

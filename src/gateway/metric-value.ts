import type { GatewayContext } from './context.js';
import { type PeriodMetric, titleOf } from './members.js';
import type { DateRange } from './period.js';
import { definitionOf, unitOf } from './units.js';

/** What a metric is made of, or what must be known beside it. */
const componentsOf: Partial<Record<PeriodMetric, readonly PeriodMetric[]>> = {
  completion_rate: ['completed_session_count', 'session_count'],
  zero_watch_rate: ['zero_watch_count', 'session_count'],
  avg_watch_time_s: ['watch_time_s', 'session_count'],
  skip_count: ['skip_forward_count', 'skip_backward_count'],
  watch_time_s: ['uncertain_s', 'estimated_tail_s'],
};

type Exactness = 'EXACT' | 'LOWER_BOUND' | 'ESTIMATE';

/** All others are exact. */
const exactnessOf: Partial<Record<PeriodMetric, Exactness>> = {
  watch_time_s: 'LOWER_BOUND',
  avg_watch_time_s: 'LOWER_BOUND',
  content_s: 'LOWER_BOUND',
  background_s: 'LOWER_BOUND',
  estimated_tail_s: 'ESTIMATE',
  refresh_count: 'ESTIMATE',
  tab_switch_count: 'ESTIMATE',
  resumed_count: 'ESTIMATE',
};

export interface MetricPeriod {
  readonly metric: PeriodMetric;
  readonly range: DateRange;
  readonly videoId: string | null;
}

/** A metric of a period with all that is needed to trust it. */
export function toMetricValue(period: MetricPeriod) {
  const { metric, range, videoId } = period;
  return {
    ...describe(metric),
    range,
    exactness: exactnessOf[metric] ?? 'EXACT',
    definition: definitionOf(metric),
    value: loadValue(period),
    components: (componentsOf[metric] ?? []).map(component => ({
      ...describe(component),
      value: loadValue({ metric: component, range, videoId }),
    })),
    dataVersion: async (_args: unknown, { freshness }: GatewayContext) => (await freshness()).dataVersion,
    asOf: async (_args: unknown, { freshness }: GatewayContext) => (await freshness()).lastCommitAt,
  };
}

const describe = (metric: PeriodMetric) => ({ metric, title: titleOf(metric), unit: unitOf(metric) });

const loadValue =
  (period: MetricPeriod) =>
  (_args: unknown, { loaders }: GatewayContext) =>
    loaders.period.load(period);

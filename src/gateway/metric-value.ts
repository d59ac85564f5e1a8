import type * as contract from './contract.generated.js';
import { type PeriodMetric, titleOf } from './members.js';
import type { PeriodKey } from './period-loader.js';
import { definitionOf, unitOf } from './units.js';

/** What a metric is made of, or what must be known beside it. */
const componentsOf: Partial<Record<PeriodMetric, readonly PeriodMetric[]>> = {
  completion_rate: ['completed_session_count', 'session_count'],
  zero_watch_rate: ['zero_watch_count', 'session_count'],
  avg_watch_time_s: ['watch_time_s', 'session_count'],
  avg_session_percent_viewed_ratio: ['measured_session_count', 'session_count'],
  skip_count: ['skip_forward_count', 'skip_backward_count'],
  watch_time_s: ['uncertain_s', 'estimated_tail_s'],
};

/** All others are exact. */
const exactnessOf: Partial<Record<PeriodMetric, contract.Exactness>> = {
  watch_time_s: 'LOWER_BOUND',
  avg_watch_time_s: 'LOWER_BOUND',
  avg_session_percent_viewed_ratio: 'LOWER_BOUND',
  content_s: 'LOWER_BOUND',
  background_s: 'LOWER_BOUND',
  estimated_tail_s: 'ESTIMATE',
  refresh_count: 'ESTIMATE',
  tab_switch_count: 'ESTIMATE',
  resumed_count: 'ESTIMATE',
};

/** A metric of a period; its value is looked up where it is asked for. */
export type MetricValue = Omit<contract.MetricValue, 'value' | 'components' | 'dataVersion' | 'asOf'> & {
  readonly period: PeriodKey;
  readonly components: readonly MetricComponent[];
};
export type MetricComponent = Omit<contract.MetricComponent, 'value'> & { readonly period: PeriodKey };

/** A metric of a period with all that is needed to trust it. */
export function toMetricValue(period: PeriodKey): MetricValue {
  const { metric, range, videoId } = period;
  return {
    ...toComponent(period),
    range,
    exactness: exactnessOf[metric] ?? 'EXACT',
    definition: definitionOf(metric),
    components: (componentsOf[metric] ?? []).map(component => toComponent({ metric: component, range, videoId })),
  };
}

const toComponent = (period: PeriodKey): MetricComponent => {
  const { metric } = period;
  return { metric, title: titleOf(metric), unit: unitOf(metric), period };
};

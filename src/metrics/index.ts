/** The catalogue: what each metric is, once. */
export { catalogue, isMetricName, type MetricName } from './catalogue.js';
export { type Definition, definitions, type Exactness, functions, terms } from './definitions.js';
export type { Metric, Unit } from './metric.js';

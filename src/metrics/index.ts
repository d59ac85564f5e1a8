/** The catalogue: what each metric is, once. */
export { catalogue, isMetricName, type Metric, type MetricName, type Unit } from './catalogue.js';

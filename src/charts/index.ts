/** Charts: plain data and a DOM document in, one SVG element out; the dashboard draws with them in a browser, reports in Node. */
export type { DrawnAnnotation } from './annotations.js';
export { type Bar, engagementTiers, lastHour, type Minute, type TierCount, topVideos } from './bars.js';
export { experimentDifferences, type VariantDifference } from './experiment.js';
export { type MetricStep, metricOverTime, type WatchTimeStep, watchTimeByDay } from './over-time.js';
export { type QualityStep, qualityTrend } from './quality.js';
export { type DropOffMark, type HeatCell, heatMap, type RetentionStep, retentionCurve } from './retention.js';
export { type Stretch, sessionTimeline, type TimelineEvent } from './session-timeline.js';

import { catalogue, type MetricName, type Unit } from '#metrics';
import type { MetricDefinition, MetricUnit } from './contract.generated.js';

const units = {
  s: 'SECONDS',
  count: 'COUNT',
  ratio: 'RATIO',
  score: 'SCORE',
  rate: 'RATE',
  boolean: 'BOOLEAN',
  word: 'WORD',
  instant: 'INSTANT',
} as const satisfies Record<Unit, MetricUnit>;

export const unitOf = (metric: MetricName): MetricUnit => units[catalogue[metric].unit];

/** What the contract's `MetricDefinition` shows of a metric of the catalogue. */
export const definitionOf = (name: MetricName): MetricDefinition => ({ name, ...catalogue[name], unit: unitOf(name) });

import { catalogue, type MetricName, type Unit } from '#metrics';

const units = {
  s: 'SECONDS',
  count: 'COUNT',
  ratio: 'RATIO',
  score: 'SCORE',
  rate: 'RATE',
  boolean: 'BOOLEAN',
  word: 'WORD',
  instant: 'INSTANT',
} as const satisfies Record<Unit, string>;

export const unitOf = (metric: MetricName): string => units[catalogue[metric].unit];

/** What the contract's `MetricDefinition` shows of a metric of the catalogue. */
export const definitionOf = (name: MetricName) => ({ name, ...catalogue[name], unit: unitOf(name) });

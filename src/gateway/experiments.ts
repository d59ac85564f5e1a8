import type { Ask } from './ask.js';
import { underCamel } from './camel.js';
import type { ExperimentResult, ExperimentVariant, ExperimentVerdict } from './contract.generated.js';
import { equals } from './cube-query.js';
import { type ExperimentNode, keyOf } from './entities.js';
import { groupBy } from './group-by.js';
import { toNodeId } from './ids.js';
import { experimentResults, membersOf } from './members.js';
import { type CubeRow, RowReader } from './row.js';

/** Variants of all experiments that one answer may hold. */
const variantCountMax = 5_000;
const experimentCountMax = 200;

/** Experiments with their variants, by name: one Cube query. */
export async function readExperiments(ask: Ask, names?: readonly string[]): Promise<ExperimentNode[]> {
  const { rows } = await ask({
    dimensions: membersOf('experiments'),
    ...(names === undefined ? {} : { filters: [equals('experiments.experiment', names)] }),
    order: [
      ['experiments.experiment', 'asc'],
      ['experiments.variant', 'asc'],
    ],
    ungrouped: true,
    limit: variantCountMax,
  });
  const byName = groupBy(rows, row => keyOf(row, 'experiments', 'experiment'));
  return [...byName].slice(0, experimentCountMax).map(([name, variants]) => toExperiment(name, variants));
}

function toExperiment(name: string, rows: readonly CubeRow[]): ExperimentNode {
  const [first = {}] = rows;
  const read = new RowReader(first, 'experiments');
  const variants = rows.map(toVariant);
  return {
    __typename: 'Experiment',
    id: toNodeId('Experiment', [name]),
    name,
    controlVariant: read.text('control_variant'),
    primaryMetric: read.text('primary_metric'),
    significanceLevel: read.number('significance_level'),
    sampleRatioPValue: read.numberOrNull('sample_ratio_p_value'),
    sampleRatioMismatch: read.boolean('sample_ratio_mismatch'),
    variants: [...variants.filter(({ isControl }) => isControl), ...variants.filter(({ isControl }) => !isControl)],
  };
}

function toVariant(row: CubeRow): ExperimentVariant {
  const read = new RowReader(row, 'experiments');
  return {
    variant: read.text('variant'),
    isControl: read.boolean('is_control'),
    verdict: toVerdict(read.textOrNull('verdict')),
    firstExposedAt: read.instantOrNull('first_exposed_at'),
    lastExposedAt: read.instantOrNull('last_exposed_at'),
    exposedViewers: read.number('experiment_exposed_viewers'),
    mixedViewers: read.number('experiment_mixed_viewers'),
    playedViewers: read.number('experiment_played_viewers'),
    sessionCount: read.number('experiment_session_count'),
    playCount: read.number('experiment_play_count'),
    completedSessionCount: read.number('experiment_completed_session_count'),
    completionRate: read.numberOrNull('experiment_completion_rate'),
    watchTimeS: read.number('experiment_watch_time_s'),
    shownCount: read.number('experiment_shown_count'),
    playedShownCount: read.number('experiment_played_shown_count'),
    ...underCamel(experimentResults, metric => toResult(read, metric)),
  };
}

function toResult(read: RowReader, metric: string): ExperimentResult {
  const number = (tail: string) => read.numberOrNull(`${metric}${tail}`);
  return {
    value: number(''),
    low: number('_low'),
    high: number('_high'),
    difference: number('_difference'),
    differenceLow: number('_difference_low'),
    differenceHigh: number('_difference_high'),
    pValue: number('_p_value'),
    pValueAdjusted: number('_p_value_adjusted'),
    verdict: toVerdict(read.textOrNull(`${metric}_verdict`)),
  };
}

/** A word that the contract does not know is no evidence. */
function toVerdict(word: string | null): ExperimentVerdict | null {
  if (word === null || word === '') return null;
  return word === 'better' ? 'BETTER' : word === 'worse' ? 'WORSE' : 'UNDECIDED';
}

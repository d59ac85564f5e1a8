import { experimentDifferences, type VariantDifference } from '#charts';
import type { Experiment, ExperimentResult } from '../answers.js';
import type { ReportFacts } from '../read.js';
import { type DataTable, type Picture, type Section, wordsOnly } from '../section.js';
import { missingWords, nounOf, seconds } from '../words.js';

/** A difference of two shares, in percentage points. */
const points = (value: number) => `${(value * 100).toFixed(1)} pp`;

type Variant = Experiment['variants'][number];

/** What an experiment can be judged by (`experiments.primary_metric`), and the field that has it. */
const results = {
  exposed_play_rate: { title: 'play rate', unit: 'ratio', of: (one: Variant) => one.exposedPlayRate },
  watch_time_per_viewer_s: {
    title: 'watch time per viewer',
    unit: 's',
    of: (one: Variant) => one.watchTimePerViewerS,
  },
  shown_play_rate: { title: 'play rate of impressions', unit: 'ratio', of: (one: Variant) => one.shownPlayRate },
} as const;
const isKnown = (name: string): name is keyof typeof results => Object.hasOwn(results, name);
const primaryOf = ({ primaryMetric }: Experiment) =>
  isKnown(primaryMetric) ? results[primaryMetric] : results.exposed_play_rate;

/** Experiments that somebody was exposed to in the period, as they stand now. */
export function experimentsSection({ period, experiments }: ReportFacts): Section {
  const id = 'experiments';
  const title = 'Experiments';
  if (experiments.kind === 'missing') return wordsOnly(id, title, missingWords(experiments));
  const dayOf = (at: string | null) => at?.slice(0, 10);
  const running = experiments.value.filter(({ variants }) =>
    variants.some(({ firstExposedAt, lastExposedAt }) => {
      const first = dayOf(firstExposedAt);
      const last = dayOf(lastExposedAt);
      return first !== undefined && last !== undefined && first <= period.to && last >= period.from;
    }),
  );
  if (running.length === 0) return wordsOnly(id, title, `Nobody was part of an experiment in this ${nounOf(period)}.`);
  return {
    id,
    title,
    sentences: [
      'Everybody who was ever part of them counts: an experiment is judged as a whole, not week by week.',
      ...running.map(sentenceOf),
    ],
    pictures: running.flatMap(pictureOf),
    tables: [tableOf(running)],
  };
}

const verdictWords = { BETTER: 'better than', WORSE: 'worse than', UNDECIDED: 'not told apart from' } as const;

function sentenceOf(experiment: Experiment): string {
  const { name, controlVariant, variants, sampleRatioMismatch } = experiment;
  const { title } = primaryOf(experiment);
  const told = variants
    .filter(({ isControl }) => !isControl)
    .map(({ variant, verdict }) => `${variant} is ${verdictWords[verdict ?? 'UNDECIDED']} ${controlVariant}`);
  const judged = told.length === 0 ? `only ${controlVariant} has been shown so far` : told.join(', ');
  const warning = sampleRatioMismatch
    ? ' The numbers of viewers are not what was planned: find out why before you believe it.'
    : '';
  return `${name}, by ${title}: ${judged}.${warning}`;
}

function pictureOf(experiment: Experiment): Picture[] {
  const { of, title, unit } = primaryOf(experiment);
  const drawn = experiment.variants.flatMap((one): VariantDifference[] => {
    const { difference, differenceLow, differenceHigh } = of(one);
    if (one.isControl || difference === null || differenceLow === null || differenceHigh === null) return [];
    return [
      {
        variant: one.variant,
        difference,
        low: differenceLow,
        high: differenceHigh,
        verdict: one.verdict ?? 'UNDECIDED',
      },
    ];
  });
  if (drawn.length === 0) return [];
  const written = (value: number) =>
    `${value < 0 ? '−' : ''}${unit === 's' ? seconds(Math.abs(value)) : points(Math.abs(value))}`;
  const said = drawn.map(
    ({ variant, difference, low, high }) => `${variant} ${written(difference)} (${written(low)} to ${written(high)})`,
  );
  return [
    {
      title: `${experiment.name}: difference in ${title}`,
      summary: `Difference from ${experiment.controlVariant} in ${title}, with its confidence interval: ${said.join('; ')}.`,
      draw: canvas => experimentDifferences(drawn, { format: written, isTime: unit === 's' }, canvas),
    },
  ];
}

const tableOf = (experiments: readonly Experiment[]): DataTable => ({
  name: 'experiments',
  caption: 'Variants, and what each experiment is judged by',
  columns: [
    { key: 'experiment', title: 'Experiment', kind: 'text' },
    { key: 'variant', title: 'Variant', kind: 'text' },
    { key: 'verdict', title: 'Verdict', kind: 'text' },
    { key: 'exposed_viewers', title: 'Viewers', kind: 'count' },
    { key: 'metric', title: 'Judged by', kind: 'text' },
    { key: 'value', title: 'Value', kind: 'measured' },
    { key: 'low', title: 'From', kind: 'measured' },
    { key: 'high', title: 'To', kind: 'measured' },
    { key: 'p_value_adjusted', title: 'p', kind: 'number' },
    { key: 'completion_rate', title: 'Completion rate', kind: 'ratio' },
  ],
  rows: experiments.flatMap(experiment => experiment.variants.map(one => rowOf(experiment, one))),
});

function rowOf(experiment: Experiment, one: Variant) {
  const { of, unit } = primaryOf(experiment);
  const { value, low, high, pValueAdjusted }: ExperimentResult = of(one);
  return {
    experiment: experiment.name,
    variant: one.variant,
    verdict: one.isControl ? 'control' : (one.verdict ?? 'UNDECIDED').toLowerCase(),
    exposed_viewers: one.exposedViewers,
    metric: experiment.primaryMetric,
    unit,
    value,
    low,
    high,
    p_value_adjusted: pValueAdjusted,
    completion_rate: one.completionRate,
  };
}

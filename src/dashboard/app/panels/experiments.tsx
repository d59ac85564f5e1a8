import { useMemo } from 'preact/hooks';
import { type Canvas, count, intervalsHeight, metric, nothing } from '#figures';
import type { ExperimentsAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { experiments } from '../questions.js';
import { useAnswer } from '../use-answer.js';
import { Empty, Field, NotRenewed } from './failure.js';

type Experiment = NonNullable<ExperimentsAnswer['experiments']>[number];
type Result = Experiment['variants'][number]['exposedPlayRate'];

const shown = [
  { key: 'exposedPlayRate', title: 'play rate of exposed viewers' },
  { key: 'watchTimePerViewerS', title: 'watch time per exposed viewer' },
] as const;
type Key = (typeof shown)[number]['key'];

/** Every A/B test of the installation: they are assigned to viewers, not to one video. */
export function Experiments({ attempt, retry }: { attempt: number; retry: () => void }) {
  const { answer, notRenewed } = useAnswer(experiments, noVariables, attempt);
  const title = 'Experiments';
  return (
    <Field title={title} answer={answer} field="experiments" retry={retry}>
      {found =>
        found.length === 0 ? (
          <Empty title={title} because="No event carries an experiment." />
        ) : (
          <div class="grid wide">
            <NotRenewed error={notRenewed} retry={retry} />
            {found.flatMap(experiment =>
              shown.map(({ key, title: what }) => (
                <Differences key={`${experiment.name} ${key}`} experiment={experiment} metricKey={key} what={what} />
              )),
            )}
          </div>
        )
      }
    </Field>
  );
}

const noVariables = {};

interface DifferencesProps {
  readonly experiment: Experiment;
  readonly metricKey: Key;
  readonly what: string;
}

function Differences({ experiment, metricKey, what }: DifferencesProps) {
  const { name, controlVariant, variants, significanceLevel, sampleRatioMismatch } = experiment;
  const draw = useMemo(() => {
    const drawn = variants.flatMap(variant => {
      const { difference, differenceLow: low, differenceHigh: high, verdict } = variant[metricKey];
      if (difference === null || low === null || high === null) return [];
      return [{ variant: variant.variant, difference, low, high, verdict: verdict ?? ('UNDECIDED' as const) }];
    });
    return ({ experimentDifferences }: Charts, canvas: Canvas) =>
      experimentDifferences(drawn, { format: value => signed(metricKey, value), isTime: isTime(metricKey) }, canvas);
  }, [variants, metricKey]);
  const verdicts = variants.flatMap(variant => {
    const { verdict } = variant[metricKey];
    return verdict === null ? [] : [`${variant.variant} ${verdict.toLowerCase()}`];
  });
  const interval = `${Math.round((1 - significanceLevel) * 100)}% interval`;
  return (
    <Chart
      title={`Experiment ${name}`}
      unit={`${what}, difference to ${controlVariant} with ${interval}`}
      summary={`Experiment ${name}, ${what}: ${verdicts.join(', ') || 'nothing to compare'}.`}
      draw={draw}
      height={intervalsHeight(variants.length - 1)}
      table={
        <Table
          head={['Variant', 'Exposed viewers', 'Value', 'Difference', interval, 'p, adjusted', 'Verdict']}
          rows={variants.map(variant => rowOf(variant.variant, variant.exposedViewers, variant[metricKey], metricKey))}
        />
      }
    >
      <p class="unit">
        {sampleRatioMismatch
          ? 'The numbers of viewers do not fit the planned shares: no verdict is given.'
          : `${verdicts.join(', ') || 'Nothing to compare with yet'}. Over all videos.`}
      </p>
    </Chart>
  );
}

const rowOf = (variant: string, exposedViewers: number, result: Result, key: Key) => [
  variant,
  count(exposedViewers),
  metric(key, result.value),
  result.difference === null ? nothing : signed(key, result.difference),
  result.differenceLow === null || result.differenceHigh === null
    ? nothing
    : `${signed(key, result.differenceLow)} to ${signed(key, result.differenceHigh)}`,
  result.pValueAdjusted === null ? nothing : result.pValueAdjusted.toFixed(3),
  result.verdict?.toLowerCase() ?? 'control',
];

const isTime = (key: Key) => key === 'watchTimePerViewerS';

/** A difference in the metric's unit, with its sign; shares in percentage points. */
function signed(key: Key, value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  if (!isTime(key)) return `${sign}${(Math.abs(value) * 100).toFixed(1)} pp`;
  return `${sign}${metric(key, Math.abs(value))}`;
}

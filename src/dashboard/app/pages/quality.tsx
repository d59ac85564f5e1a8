import { useMemo } from 'preact/hooks';
import { ago, type Canvas, count, heights } from '#figures';
import type { QualityAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { ScrollRegion } from '../charts/scroll-region.js';
import { Empty, Field, NotRenewed } from '../panels/failure.js';
import { Link } from '../panels/link.js';
import { quality as question } from '../questions.js';
import { useAnswer } from '../use-answer.js';

type Rule = NonNullable<QualityAnswer['dataQuality']>['rules'][number];
type Trend = NonNullable<QualityAnswer['qualityTrends']>[number];

const words = { PASSED: 'passed', FAILED: 'failed', UNKNOWN: 'nothing to check' } as const;
const marks = { PASSED: '✓', FAILED: '✗', UNKNOWN: '–' } as const;
const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const variables = { runCount: 30 } as const;

const measured = (value: number | null, threshold: number | null) =>
  value === null ? '–' : `${figure.format(value)}${threshold === null ? '' : ` (limit ${figure.format(threshold)})`}`;

function State({ state }: { state: Rule['state'] }) {
  return (
    <span class={`state ${state.toLowerCase()}`}>
      {marks[state]} {words[state]}
    </span>
  );
}

/** Every data-quality rule: what it found in the newest run, rows that broke it, and how it went run by run. */
export function QualityPage({ attempt, retry }: { attempt: number; retry: () => void }) {
  const { answer, isLoading, notRenewed } = useAnswer(question, variables, attempt);
  const trends = answer?.data?.qualityTrends ?? [];
  return (
    <div class={isLoading ? 'numbers loading' : 'numbers'} id="quality">
      <NotRenewed error={notRenewed} retry={retry} />
      <Field title="Data quality" answer={answer} field="dataQuality" retry={retry}>
        {({ rules, state, failedCount, checkedAt, runId }) =>
          rules.length === 0 ? (
            <Empty title="Data quality" because="Nothing was checked yet: the job checks after each run." />
          ) : (
            <>
              <section class="panel" aria-labelledby="quality-title">
                <h2 id="quality-title">
                  Data quality <State state={state} />{' '}
                  <span class="unit">
                    {failedCount} of {rules.length} checks failed
                    {checkedAt === null ? '' : `, checked ${ago(checkedAt, Date.now())}`}
                    {runId === null ? '' : `, ${runId}`}
                  </span>
                </h2>
                <Rules rules={rules} />
              </section>
              <div class="grid wide">
                {rules.map(rule => (
                  <RuleTrend key={rule.rule} rule={rule} trend={trends.find(one => one.rule === rule.rule)} />
                ))}
              </div>
            </>
          )
        }
      </Field>
      {answer?.data?.dataQuality === null || answer === undefined ? null : (
        <Field title="Trends" answer={answer} field="qualityTrends" retry={retry}>
          {() => null}
        </Field>
      )}
    </div>
  );
}

function Rules({ rules }: { rules: readonly Rule[] }) {
  return (
    <ScrollRegion label="Data-quality rules" isTall>
      <Table
        head={['Check', 'State', 'Severity', 'Found', 'Rows']}
        rows={rules.map(rule => [
          <a key={rule.rule} href={`#rule-${rule.rule}`}>
            {rule.title}
          </a>,
          <State key="state" state={rule.state} />,
          rule.severity.toLowerCase(),
          measured(rule.value, rule.threshold),
          `${count(rule.failedCount)} of ${count(rule.checkedCount)}`,
        ])}
      />
    </ScrollRegion>
  );
}

function RuleTrend({ rule, trend }: { rule: Rule; trend: Trend | undefined }) {
  const points = trend?.points ?? noPoints;
  const draw = useMemo(() => {
    const steps = points.map(({ checkedAt, ...point }) => ({ ...point, at: new Date(checkedAt) }));
    return ({ qualityTrend }: Charts, canvas: Canvas) => qualityTrend(steps, value => figure.format(value), canvas);
  }, [points]);
  const failedCount = points.filter(point => point.state === 'FAILED').length;
  return (
    <div id={`rule-${rule.rule}`}>
      <Chart
        level={3}
        title={rule.title}
        unit={rule.severity.toLowerCase()}
        summary={`${rule.title}: failed in ${failedCount} of the last ${points.length} runs.`}
        draw={draw}
        height={heights.qualityTrend}
        table={
          <Table
            head={['Checked (UTC)', 'State', 'Found', 'Rows']}
            rows={points.map(point => [
              point.checkedAt.slice(0, 16).replace('T', ' '),
              <State key="state" state={point.state} />,
              measured(point.value, point.threshold),
              `${count(point.failedCount)} of ${count(point.checkedCount)}`,
            ])}
          />
        }
      >
        <p class="unit">
          <State state={rule.state} /> {rule.says}
        </p>
        {rule.sampleIds.length === 0 ? null : <Samples ids={rule.sampleIds} />}
      </Chart>
    </div>
  );
}

const noPoints: Trend['points'] = [];
/** How session ids look; ids of events may look the same, and then lead to a page that says so. */
const sessionPattern = /^[0-9a-f]{32}$/;

function Samples({ ids }: { ids: readonly string[] }) {
  return (
    <details>
      <summary>Some rows that broke it</summary>
      <ul class="samples">
        {ids.map(id => (
          <li key={id}>
            {sessionPattern.test(id) ? (
              <Link to={{ page: 'session', session: id }}>
                <code>{id}</code>
              </Link>
            ) : (
              <code>{id}</code>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

import { useMemo } from 'preact/hooks';
import type { Bar } from '#charts';
import { barsHeight, type Canvas, count, counted, metric, ratio } from '#figures';
import type { Range } from '../address.js';
import { type Answer, errorOf } from '../answer.js';
import type { AudienceAnswer, OverviewAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { ScrollRegion } from '../charts/scroll-region.js';
import { audience } from '../questions.js';
import { useAnswer } from '../use-answer.js';
import { Empty, Failure, NotRenewed, Waiting } from './failure.js';
import { Fact } from './last-hour.js';

const title = 'Audience';
const tiers = ['HIGH', 'MEDIUM', 'LOW', 'MINIMAL'] as const;
const because = 'No session started in this period.';

interface AudienceProps {
  readonly range: Range;
  readonly totals: NonNullable<OverviewAnswer['totals']> | null;
  readonly attempt: number;
  readonly retry: () => void;
}

/** Who watched in the period: how engaged, new or returning, on which devices and from where. */
export function Audience({ range, totals, attempt, retry }: AudienceProps) {
  const { answer, notRenewed } = useAnswer(audience, { range }, attempt);
  if (answer === undefined) return <Waiting title={title} />;
  return (
    <div class="grid">
      <NotRenewed error={notRenewed} retry={retry} />
      <Tiers answer={answer} totals={totals} retry={retry} />
      <NewOrReturning answer={answer} retry={retry} />
      <Viewers answer={answer} field="devices" title="Devices" retry={retry} />
      <Viewers answer={answer} field="countries" title="Countries" retry={retry} />
    </div>
  );
}

interface PartProps {
  readonly answer: Answer<AudienceAnswer>;
  readonly retry: () => void;
}

function Tiers({ answer, totals, retry }: PartProps & Pick<AudienceProps, 'totals'>) {
  const found = answer.data?.tiers;
  const rows = useMemo(
    () => tiers.map(tier => ({ tier, count: found?.parts.find(part => part.value === tier)?.sessionCount ?? 0 })),
    [found],
  );
  const draw = useMemo(
    () =>
      ({ engagementTiers }: Charts, canvas: Canvas) =>
        engagementTiers(rows, canvas),
    [rows],
  );
  if (found === null || found === undefined) {
    return <Failure title={title} error={errorOf(answer, 'tiers')} retry={retry} />;
  }
  const whole = rows.reduce((sum, row) => sum + row.count, 0);
  if (whole === 0) return <Empty title={title} because={because} />;
  const high = rows.find(row => row.tier === 'HIGH')?.count ?? 0;
  return (
    <Chart
      title={title}
      unit="sessions by engagement tier"
      summary={`${title}: ${ratio(high / whole)} of ${counted(whole, 'session')} are in the top engagement tier.`}
      draw={draw}
      height={barsHeight(rows.length)}
      table={
        <Table
          head={['Tier', 'Sessions', 'Share']}
          rows={rows.map(row => [row.tier.toLowerCase(), count(row.count), ratio(row.count / whole)])}
        />
      }
    >
      {totals === null || totals.sessionCount === 0 ? null : (
        <dl class="facts">
          <Fact
            says="sessions per viewer"
            value={(totals.sessionCount / Math.max(1, totals.uniqueViewers)).toFixed(1)}
          />
          <Fact says="replays" value={ratio(totals.replayCount / totals.sessionCount)} />
          <Fact says="took up where they had stopped" value={ratio(totals.resumedCount / totals.sessionCount)} />
          <Fact says="watched while hidden" value={metric('backgroundS', totals.backgroundS)} />
          <Fact says="percent viewed, per session" value={ratio(totals.avgSessionPercentViewedRatio)} />
        </dl>
      )}
    </Chart>
  );
}

type Part = NonNullable<AudienceAnswer['devices']>['parts'][number];

const partRows = (parts: readonly Part[], nameOf: (part: Part) => string) =>
  parts.map(part => [
    nameOf(part),
    count(part.uniqueViewers),
    count(part.sessionCount),
    metric('watchTimeS', part.watchTimeS),
    ratio(part.completionRate),
  ]);
const tableHead = ['Viewers', 'Sessions', 'Watch time', 'Completion rate'];

function NewOrReturning({ answer, retry }: PartProps) {
  const name = 'New and returning viewers';
  const found = answer.data?.newcomers;
  if (found === null || found === undefined) {
    const error = errorOf(answer, 'newcomers');
    // Not a failure: the roles of some callers end before the day on which a viewer first came.
    if (error.code === 'FORBIDDEN') return <Empty title={name} because="Your role does not show who is new." />;
    return <Failure title={name} error={error} retry={retry} />;
  }
  if (found.parts.length === 0) return <Empty title={name} because={because} />;
  const words: Readonly<Record<string, string>> = { NEW: 'New', RETURNING: 'Returning' };
  const whole = found.parts.reduce((sum, part) => sum + part.uniqueViewers, 0);
  return (
    <section class="panel" aria-label={name}>
      <h2>
        {name} <span class="unit">new: first session ever in the period</span>
      </h2>
      <dl class="facts">
        {found.parts.map(part => (
          <Fact
            key={part.value}
            says={`${(words[part.value ?? ''] ?? 'other').toLowerCase()} viewers, ${ratio(part.uniqueViewers / whole)}`}
            value={count(part.uniqueViewers)}
          />
        ))}
      </dl>
      <ScrollRegion label="New and returning viewers, as a table">
        <Table
          head={['Viewers who are', ...tableHead]}
          rows={partRows(found.parts, ({ value }) => words[value ?? ''] ?? 'other')}
        />
      </ScrollRegion>
    </section>
  );
}

interface ViewersProps extends PartProps {
  readonly field: 'devices' | 'countries';
  readonly title: string;
}

/** Viewers by what their sessions say of themselves; one who shows up under two names counts in both. */
function Viewers({ answer, field, title: name, retry }: ViewersProps) {
  const found = answer.data?.[field];
  const bars = useMemo(
    (): readonly Bar[] =>
      (found?.parts ?? []).map(({ value, uniqueViewers }) => ({ label: value ?? 'not told', value: uniqueViewers })),
    [found],
  );
  const draw = useMemo(
    () =>
      ({ topVideos }: Charts, canvas: Canvas) =>
        topVideos(bars, count, canvas),
    [bars],
  );
  if (found === null || found === undefined) {
    return <Failure title={name} error={errorOf(answer, field)} retry={retry} />;
  }
  const [most] = bars;
  if (most === undefined) return <Empty title={name} because={because} />;
  return (
    <Chart
      title={name}
      unit={found.hasMore ? 'unique viewers, the first ones' : 'unique viewers'}
      summary={`${name}: most viewers, ${count(most.value)}, with ${most.label}.`}
      draw={draw}
      height={barsHeight(bars.length)}
      table={<Table head={[name, ...tableHead]} rows={partRows(found.parts, ({ value }) => value ?? 'not told')} />}
    />
  );
}

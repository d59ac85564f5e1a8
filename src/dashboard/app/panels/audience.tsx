import { useMemo } from 'preact/hooks';
import { barsHeight, type Canvas, count, engagementTiers, metric, ratio } from '#charts';
import type { Range } from '../address.js';
import type { OverviewAnswer } from '../answers.generated.js';
import { Chart, Table } from '../charts/chart.js';
import { audience } from '../questions.js';
import { useAnswer } from '../use-answer.js';
import { Empty, Failure, NotRenewed, Waiting } from './failure.js';
import { Fact } from './last-hour.js';

const title = 'Audience';
const tiers = ['HIGH', 'MEDIUM', 'LOW', 'MINIMAL'] as const;
const fieldOf = { HIGH: 'high', MEDIUM: 'medium', LOW: 'low', MINIMAL: 'minimal' } as const;

interface AudienceProps {
  readonly range: Range;
  readonly totals: NonNullable<OverviewAnswer['totals']> | null;
  readonly attempt: number;
  readonly retry: () => void;
}

/** How engaged the sessions of the period were, and how many of them came back. */
export function Audience({ range, totals, attempt, retry }: AudienceProps) {
  const { answer, notRenewed } = useAnswer(audience, { range }, attempt);
  const rows = useMemo(
    () =>
      tiers.flatMap(tier => {
        const found = answer?.data?.[fieldOf[tier]]?.totalCount;
        return found === null || found === undefined ? [] : [{ tier, count: found }];
      }),
    [answer],
  );
  const draw = useMemo(() => (canvas: Canvas) => engagementTiers(rows, canvas), [rows]);
  if (answer === undefined) return <Waiting title={title} />;
  const error = answer.errors[0];
  // A share of an unknown whole would mislead: all four, or none.
  if (error !== undefined) return <Failure title={title} error={error} retry={retry} />;
  const whole = rows.reduce((sum, row) => sum + row.count, 0);
  if (whole === 0) return <Empty title={title} because="No session started in this period." />;
  const high = rows.find(row => row.tier === 'HIGH')?.count ?? 0;
  return (
    <Chart
      title={title}
      unit="sessions by engagement tier"
      summary={`${title}: ${ratio(high / whole)} of ${count(whole)} sessions are in the top engagement tier.`}
      draw={draw}
      height={barsHeight(rows.length)}
      table={
        <Table
          head={['Tier', 'Sessions', 'Share']}
          rows={rows.map(row => [row.tier.toLowerCase(), count(row.count), ratio(row.count / whole)])}
        />
      }
    >
      <NotRenewed error={notRenewed} retry={retry} />
      {totals === null || totals.sessionCount === 0 ? null : (
        <dl class="facts">
          <Fact
            says="sessions per viewer"
            value={(totals.sessionCount / Math.max(1, totals.uniqueViewers)).toFixed(1)}
          />
          <Fact says="replays" value={ratio(totals.replayCount / totals.sessionCount)} />
          <Fact says="took up where they had stopped" value={ratio(totals.resumedCount / totals.sessionCount)} />
          <Fact says="watched while hidden" value={metric('backgroundS', totals.backgroundS)} />
        </dl>
      )}
    </Chart>
  );
}

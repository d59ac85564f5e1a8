import { granularityOf, type Range, type View } from '../address.js';
import { Alerts } from '../panels/alerts.js';
import { Audience } from '../panels/audience.js';
import { FigureCards, WaitingCards } from '../panels/cards.js';
import { Empty, Field, NotRenewed, SeenField, WhenSeen } from '../panels/failure.js';
import { LastHour } from '../panels/last-hour.js';
import { LeadingVideos, minSessionCountOf } from '../panels/leading-videos.js';
import { MetricOverTime, WatchTime } from '../panels/watch-time.js';
import { overview } from '../questions.js';
import { useAnswer } from '../use-answer.js';
import { useNavigationContext } from '../use-view.js';

export interface PageProps {
  /** The period in force: that of the URL, else the newest four weeks. */
  readonly range: Range;
  readonly attempt: number;
  readonly retry: () => void;
}

interface OverviewProps extends PageProps {
  readonly view: Extract<View, { page: 'overview' }>;
}

/** The first screen: what was watched in the period, how it went, what happens now. */
export function OverviewPage({ view, range, attempt, retry }: OverviewProps) {
  const { show } = useNavigationContext();
  const { rankBy } = view;
  const by = granularityOf(range);
  const { answer, isLoading, notRenewed } = useAnswer(
    overview,
    { range, granularity: by, rankBy, minSessionCount: minSessionCountOf(rankBy) },
    attempt,
  );
  const totals = answer?.data?.totals ?? null;
  const series = answer?.data?.timeSeries ?? undefined;
  return (
    <div class={isLoading ? 'numbers loading' : 'numbers'}>
      <NotRenewed error={notRenewed} retry={retry} />
      <Field title="Totals" answer={answer} field="totals" retry={retry} waiting={<WaitingCards />}>
        {figures =>
          figures.sessionCount === 0 ? (
            <Empty title="No sessions" because="No session started in this period." />
          ) : (
            <FigureCards totals={figures} previous={figures.previous} series={series} />
          )
        }
      </Field>
      <SeenField title="Watch time by day" answer={answer} field="timeSeries" retry={retry}>
        {found => <WatchTime series={found} by={by} />}
      </SeenField>
      <div class="grid">
        <div class="stack">
          <WhenSeen title="Last hour">{() => <LastHour />}</WhenSeen>
          <WhenSeen title="Alerts">{() => <Alerts attempt={attempt} />}</WhenSeen>
        </div>
        <SeenField title="Top videos" answer={answer} field="topVideos" retry={retry}>
          {videos => (
            <LeadingVideos
              videos={videos}
              rankBy={rankBy}
              range={view.range}
              choose={chosen => show({ ...view, rankBy: chosen })}
            />
          )}
        </SeenField>
      </div>
      <SeenField title="Active users" answer={answer} field="timeSeries" retry={retry}>
        {found => (
          <MetricOverTime
            class="wide"
            series={found}
            by={by}
            name="UNIQUE_VIEWERS"
            title="Active users"
            unit="different users with a session"
          />
        )}
      </SeenField>
      <WhenSeen title="Audience">
        {() => <Audience range={range} totals={totals} attempt={attempt} retry={retry} />}
      </WhenSeen>
    </div>
  );
}

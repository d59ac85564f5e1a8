import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { dayCount, dayOf, defaultView, periodBefore, readView, type View, viewUrl } from './address.js';
import {
  type Cards,
  type FreshnessAnswer,
  freshnessDocument,
  type OverviewAnswer,
  overviewDocument,
  type RankedVideo,
} from './documents.js';
import type { Answer, PanelError } from './gateway.js';
import { FigureCards } from './panels/cards.js';
import { Empty, Failure, Waiting } from './panels/failure.js';
import { OverTime } from './panels/over-time.js';
import { QualityPanel } from './panels/quality.js';
import { RangeForm } from './panels/range-form.js';
import { Ranking } from './panels/ranking.js';
import { RetentionPanel } from './panels/retention.js';
import { TrustLine } from './panels/trust-line.js';
import { answerOf, useAnswer } from './use-answer.js';

/** How often the page looks for newer data while it is in front. */
const refreshMs = 60_000;

export function Page() {
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt(before => before + 1), []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) retry();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [retry]);

  const trust = answerOf(useAnswer<FreshnessAnswer>(freshnessDocument, noVariables, attempt));
  const newest = trust?.data?.freshness?.newestEventAt;
  return (
    <>
      <header>
        <h1>
          <img src="./icon.svg" alt="" width="28" height="28" /> Playhead
        </h1>
        {trust?.data === undefined ? null : (
          <TrustLine
            freshness={trust.data.freshness ?? null}
            quality={trust.data.dataQuality ?? null}
            now={Date.now()}
          />
        )}
      </header>
      <main>
        {trust === undefined ? <Waiting title="Playhead" /> : null}
        {trust?.errors.map(error => (
          <Failure key={error.field} title="Freshness and data quality" error={error} retry={retry} />
        ))}
        {trust?.data?.freshness?.state === 'EMPTY' ? (
          <Empty
            title="No data yet"
            because="Ingest events and run `playhead sessionize`; this page shows them within a minute."
          />
        ) : null}
        {newest === null || newest === undefined ? null : (
          <Numbers trust={trust?.data} newest={new Date(newest)} attempt={attempt} retry={retry} />
        )}
      </main>
      <footer>
        Days are UTC; a session belongs to the day on which it started. <a href="./graphql">GraphQL</a>
      </footer>
    </>
  );
}

const noVariables = {};

interface NumbersProps {
  readonly trust: FreshnessAnswer | undefined;
  readonly newest: Date;
  readonly attempt: number;
  readonly retry: () => void;
}

function Numbers({ trust, newest, attempt, retry }: NumbersProps) {
  const [view, show] = useView(newest);
  const variables = useMemo(
    () => ({
      range: { from: view.from, to: view.to },
      before: periodBefore(view),
      granularity: dayCount(view) > 400 ? 'WEEK' : 'DAY',
    }),
    [view],
  );
  const overview = useAnswer<OverviewAnswer>(overviewDocument, variables, attempt);
  const answer = answerOf(overview);
  const videos = trust?.videos?.nodes ?? [];
  const video = view.video ?? answer?.data?.mostWatched?.[0]?.videoId ?? videos[0]?.videoId;
  return (
    <div class={overview.state === 'loading' ? 'numbers loading' : 'numbers'}>
      <RangeForm view={view} newest={dayOf(newest)} change={range => show({ ...view, ...range })} />
      <Overview answer={answer} retry={retry} />
      {video === undefined ? null : (
        <RetentionPanel
          videos={videos}
          videoId={video}
          attempt={attempt}
          retry={retry}
          choose={chosen => show({ ...view, video: chosen })}
        />
      )}
      {trust?.dataQuality == null ? null : <QualityPanel quality={trust.dataQuality} />}
    </div>
  );
}

function Overview({ answer, retry }: { answer: Answer<OverviewAnswer> | undefined; retry: () => void }) {
  if (answer === undefined) return <Waiting title="Totals" />;
  const errorOf = (field: keyof OverviewAnswer): PanelError | undefined =>
    answer.errors.find(error => error.field === field || error.field === undefined);
  const failed = (title: string, field: keyof OverviewAnswer) => {
    const error = errorOf(field) ?? { code: 'INTERNAL', message: 'no numbers came, and no reason' };
    return <Failure title={title} error={error} retry={retry} />;
  };
  const { totals, before = null, timeSeries, mostWatched, bestCompleted } = answer.data ?? {};
  const series = (metric: string) => timeSeries?.series.find(one => one.metric === metric);
  return (
    <>
      {totals == null ? failed('Totals', 'totals') : <Totals totals={totals} before={before} />}
      <div class="grid">
        {timeSeries == null ? (
          failed('Watch time', 'timeSeries')
        ) : (
          <OverTime
            name="WATCH_TIME_S"
            title="Watch time"
            unit="by day"
            points={series('WATCH_TIME_S')?.points ?? []}
          />
        )}
        {timeSeries == null ? (
          failed('Active users', 'timeSeries')
        ) : (
          <OverTime
            name="UNIQUE_VIEWERS"
            title="Active users"
            unit="different users with a session, by day"
            points={series('UNIQUE_VIEWERS')?.points ?? []}
          />
        )}
        <RankingOr
          failed={failed}
          field="mostWatched"
          name="WATCH_TIME_S"
          title="Watch time by video"
          unit="ten most watched"
          videos={mostWatched}
        />
        <RankingOr
          failed={failed}
          field="bestCompleted"
          name="COMPLETION_RATE"
          title="Completion rate by video"
          unit="ten highest, of 5 sessions or more"
          videos={bestCompleted}
          max={1}
        />
      </div>
    </>
  );
}

function Totals({ totals, before }: { totals: Cards; before: Cards | null }) {
  if (totals.sessionCount === 0) return <Empty title="No sessions" because="No session started in this period." />;
  return <FigureCards totals={totals} before={before} />;
}

interface RankingOrProps {
  readonly failed: (title: string, field: 'mostWatched' | 'bestCompleted') => preact.JSX.Element;
  readonly field: 'mostWatched' | 'bestCompleted';
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly videos: readonly RankedVideo[] | null | undefined;
  readonly max?: number;
}

function RankingOr({ failed, field, videos, ...rest }: RankingOrProps) {
  if (videos == null) return failed(rest.title, field);
  if (videos.length === 0) return <Empty title={rest.title} because="No video has enough sessions in this period." />;
  return <Ranking videos={videos} {...rest} />;
}

/** The view in the URL; showing another one pushes it, back and forward bring views back. */
function useView(newest: Date): readonly [View, (view: View) => void] {
  const [search, setSearch] = useState(location.search);
  useEffect(() => {
    const restore = () => setSearch(location.search);
    addEventListener('popstate', restore);
    return () => removeEventListener('popstate', restore);
  }, []);
  const day = dayOf(newest);
  const view = useMemo(() => readView(search, defaultView(new Date(day))), [search, day]);
  const show = useCallback((next: View) => {
    const url = viewUrl(next, location.search);
    history.pushState(null, '', url);
    setSearch(url);
  }, []);
  return [view, show];
}

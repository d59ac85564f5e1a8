import { count, metric, position, ratio } from '#figures';
import { granularityOf, type View } from '../address.js';
import type { VideoAnswer } from '../answers.generated.js';
import { FigureCards, WaitingCards } from '../panels/cards.js';
import { Experiments } from '../panels/experiments.js';
import { Empty, Field, NotRenewed } from '../panels/failure.js';
import { Fact } from '../panels/last-hour.js';
import { HeatMap, Retention } from '../panels/retention.js';
import { Sessions } from '../panels/sessions.js';
import { WatchTime } from '../panels/watch-time.js';
import { video as question } from '../questions.js';
import { useAnswer } from '../use-answer.js';
import type { PageProps } from './overview.js';

interface VideoProps extends PageProps {
  readonly view: Extract<View, { page: 'video' }>;
}

const absent = 'There is no such video.';

/** One video: how far it is watched, where viewers leave and return, and the sessions behind that. */
export function VideoPage({ view, range, attempt, retry }: VideoProps) {
  const { video: videoId, after } = view;
  const by = granularityOf(range);
  const { answer, isLoading, notRenewed } = useAnswer(question, { videoId, range, granularity: by }, attempt);
  return (
    <div class={isLoading ? 'numbers loading' : 'numbers'}>
      <NotRenewed error={notRenewed} retry={retry} />
      <Field title="Video" answer={answer} field="video" retry={retry} absent={absent}>
        {video => <Head video={video} />}
      </Field>
      {answer?.data?.video === null && answer.errors.length === 0 ? null : (
        <>
          <Field title="Totals" answer={answer} field="totals" retry={retry} waiting={<WaitingCards />}>
            {figures =>
              figures.sessionCount === 0 ? (
                <Empty title="No sessions" because="No session of this video started in this period." />
              ) : (
                <FigureCards totals={figures} previous={figures.previous} />
              )
            }
          </Field>
          <Field title="Retention" answer={answer} field="retention" retry={retry} absent={absent}>
            {retention => <Retention retention={retention} />}
          </Field>
          <Field title="Heat map" answer={answer} field="heatMap" retry={retry} absent={absent}>
            {map => <HeatMap map={map} />}
          </Field>
          <Field title="Watch time by day" answer={answer} field="timeSeries" retry={retry}>
            {series => <WatchTime series={series} by={by} />}
          </Field>
          <Sessions
            videoId={videoId}
            range={range}
            linkRange={view.range}
            after={after}
            attempt={attempt}
            retry={retry}
          />
          <Experiments attempt={attempt} retry={retry} />
        </>
      )}
    </div>
  );
}

function Head({ video }: { video: NonNullable<VideoAnswer['video']> }) {
  const { engagement } = video;
  return (
    <section class="panel head" aria-labelledby="video-title">
      <h2 id="video-title">
        {video.title ?? video.videoId}{' '}
        <span class="unit">
          {[
            video.category,
            video.durationS === null ? null : position(video.durationS),
            video.publishedAt === null ? null : `published ${video.publishedAt.slice(0, 10)}`,
            'over all time:',
          ]
            .filter(part => part !== null)
            .join(', ')}
        </span>
      </h2>
      <dl class="facts">
        <Fact says="watch time" value={metric('watchTimeS', video.watchTimeS)} />
        <Fact says="viewers" value={count(video.uniqueViewers)} />
        <Fact says="average viewed" value={ratio(video.avgPercentViewedRatio)} />
        <Fact says="completion rate" value={ratio(video.completionRate)} />
        <Fact says="play rate" value={ratio(video.playRate)} />
        <Fact says="plays per viewer" value={video.playsPerViewer?.toFixed(2) ?? '–'} />
        {engagement === null ? null : (
          <Fact
            says={`engagement (formula ${engagement.formulaVersion}): ${engagement.watchPoints.toFixed(1)} watch + ${engagement.completionPoints.toFixed(1)} completion + ${engagement.sessionPoints.toFixed(1)} sessions`}
            value={`${engagement.score.toFixed(1)} ${engagement.tier.toLowerCase()}`}
          />
        )}
      </dl>
    </section>
  );
}

import { useMemo } from 'preact/hooks';
import { barsHeight, type Canvas, count, metric } from '#figures';
import { type Range, type Ranking, rankings } from '../address.js';
import type { OverviewAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { Empty } from './failure.js';
import { Link } from './link.js';

type Ranked = NonNullable<OverviewAnswer['topVideos']>[number];

const words: Readonly<Record<Ranking, string>> = {
  WATCH_TIME_S: 'Watch time',
  UNIQUE_VIEWERS: 'Unique viewers',
  SESSION_COUNT: 'Sessions',
  COMPLETION_RATE: 'Completion rate',
};

/** A rate over a handful of sessions ranks nothing. */
export const minSessionCountOf = (rankBy: Ranking): number => (rankBy === 'COMPLETION_RATE' ? 5 : 1);

export const videoName = ({ videoId, video }: Pick<Ranked, 'videoId' | 'video'>): string => video?.title ?? videoId;

interface LeadingVideosProps {
  readonly videos: readonly Ranked[];
  readonly rankBy: Ranking;
  readonly range: Range | undefined;
  readonly choose: (rankBy: Ranking) => void;
}

/** The videos with the most of a metric that the reader chooses. */
export function LeadingVideos({ videos, rankBy, range, choose }: LeadingVideosProps) {
  const draw = useMemo(() => {
    const bars = videos.flatMap(video =>
      video.value === null ? [] : [{ label: videoName(video), value: video.value }],
    );
    const max = rankBy === 'COMPLETION_RATE' ? 1 : undefined;
    return ({ topVideos }: Charts, canvas: Canvas) => topVideos(bars, value => metric(rankBy, value), canvas, max);
  }, [videos, rankBy]);
  const title = 'Top videos';
  const first = videos[0];
  if (first === undefined) return <Empty title={title} because="No video has enough sessions in this period." />;
  const rows = videos.map(video => [
    <Link key={video.videoId} to={{ page: 'video', video: video.videoId, range }}>
      {videoName(video)}
    </Link>,
    metric('WATCH_TIME_S', video.metrics.watchTimeS),
    count(video.metrics.uniqueViewers),
    count(video.metrics.sessionCount),
    metric('COMPLETION_RATE', video.metrics.completionRate),
  ]);
  return (
    <Chart
      title={title}
      unit={rankBy === 'COMPLETION_RATE' ? 'of those with 5 sessions or more' : 'in the period'}
      summary={`${title} by ${words[rankBy].toLowerCase()}: ${videoName(first)} leads with ${metric(rankBy, first.value)}.`}
      draw={draw}
      height={barsHeight(videos.length)}
      controls={
        <label class="chooser">
          By{' '}
          <select
            value={rankBy}
            onChange={({ currentTarget }) => {
              const chosen = rankings.find(name => name === currentTarget.value);
              if (chosen !== undefined) choose(chosen);
            }}
          >
            {rankings.map(name => (
              <option key={name} value={name}>
                {words[name]}
              </option>
            ))}
          </select>
        </label>
      }
      table={<Table head={['Video', ...rankings.map(name => words[name])]} rows={rows} />}
    >
      <p class="links">
        {videos.slice(0, 5).map(video => (
          <Link key={video.videoId} to={{ page: 'video', video: video.videoId, range }}>
            {videoName(video)}
          </Link>
        ))}
        <Link to={{ page: 'videos', search: '', range }}>All videos</Link>
      </p>
    </Chart>
  );
}

import { useMemo } from 'preact/hooks';
import { count, metric, topVideos } from '#charts';
import { Chart, Table } from '../charts/chart.js';
import type { RankedVideo } from '../documents.js';

export const videoName = (video: {
  videoId: string;
  video?: { title: string | null } | null;
  title?: string | null;
}): string => video.video?.title ?? video.title ?? video.videoId;

interface RankingProps {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly videos: readonly RankedVideo[];
  /** The right end of the axis; the largest value when absent. */
  readonly max?: number;
}

/** The videos with the most of a metric. */
export function Ranking({ name, title, unit, videos, max }: RankingProps) {
  const draw = useMemo(() => {
    const rows = videos.flatMap(video =>
      video.value === null ? [] : [{ label: videoName(video), value: video.value }],
    );
    return (width: number) => topVideos(rows, value => metric(name, value), { document, width, isLive: true }, max);
  }, [videos, name, max]);
  const first = videos[0];
  const summary =
    first === undefined ? `${title}: none.` : `${title}: ${videoName(first)} leads with ${metric(name, first.value)}.`;
  const rows = videos.map(video => [videoName(video), metric(name, video.value), count(video.metrics.sessionCount)]);
  return (
    <Chart
      title={title}
      unit={unit}
      summary={summary}
      draw={draw}
      table={<Table head={['Video', title, 'Sessions']} rows={rows} />}
    />
  );
}

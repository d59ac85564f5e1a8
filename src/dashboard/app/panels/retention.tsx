import { useMemo } from 'preact/hooks';
import { count, position, ratio, retentionCurve } from '#charts';
import { Chart, Table } from '../charts/chart.js';
import { type RetentionAnswer, retentionDocument, type VideoName } from '../documents.js';
import { answerOf, useAnswer } from '../use-answer.js';
import { Empty, Failure, Waiting } from './failure.js';
import { videoName } from './ranking.js';

interface RetentionProps {
  readonly videos: readonly VideoName[];
  readonly videoId: string;
  readonly choose: (videoId: string) => void;
  readonly attempt: number;
  readonly retry: () => void;
}

/** The retention curve of a chosen video, over all time. */
export function RetentionPanel({ videos, videoId, choose, attempt, retry }: RetentionProps) {
  const listed = videos.some(video => video.videoId === videoId) ? videos : [{ videoId, title: null }, ...videos];
  const answer = answerOf(useAnswer<RetentionAnswer>(retentionDocument, { videoId }, attempt));
  return (
    <div class="wide">
      <label class="chooser">
        Video{' '}
        <select value={videoId} onChange={event => choose(event.currentTarget.value)}>
          {listed.map(video => (
            <option key={video.videoId} value={video.videoId}>
              {videoName(video)}
            </option>
          ))}
        </select>
      </label>
      <Curve answer={answer} retry={retry} />
    </div>
  );
}

const title = 'Retention';

function Curve({ answer, retry }: { answer: ReturnType<typeof answerOf<RetentionAnswer>>; retry: () => void }) {
  const retention = answer?.data?.retention;
  const draw = useMemo(() => {
    return (width: number) =>
      retentionCurve(retention?.buckets ?? [], retention?.starters ?? 0, retention?.dropOffPoints ?? [], {
        document,
        width,
        isLive: true,
      });
  }, [retention]);
  if (answer === undefined) return <Waiting title={title} />;
  const error = answer.errors[0];
  if (error !== undefined) return <Failure title={title} error={error} retry={retry} />;
  if (retention === null || retention === undefined) return <Empty title={title} because="There is no such video." />;
  if (retention.buckets.length === 0)
    return <Empty title={title} because="Nobody played it yet, or its duration is not known." />;
  const half = retention.buckets.find(bucket => bucket.retentionRatio < 0.5);
  const summary = `Retention of ${videoName(retention)}: of ${count(retention.starters)} who started, half are gone ${half === undefined ? 'never' : `by ${position(half.fromS)}`}.`;
  const rows = retention.buckets.map(bucket => [
    position(bucket.fromS),
    count(bucket.viewers),
    ratio(bucket.retentionRatio),
    count(bucket.plays),
  ]);
  return (
    <Chart
      title={title}
      unit="share of those who started, over all time; dashed: plays"
      summary={summary}
      draw={draw}
      table={<Table head={['From', 'Viewers', 'Of starters', 'Plays']} rows={rows} />}
    >
      <ol class="drops" aria-label="Where most viewers were lost">
        {retention.dropOffPoints.map(drop => (
          <li key={drop.atS}>
            <strong>{position(drop.atS)}</strong> −{count(drop.viewersLost)} viewers ({ratio(drop.lostRatio)})
          </li>
        ))}
      </ol>
    </Chart>
  );
}

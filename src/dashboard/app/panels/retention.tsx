import { useMemo } from 'preact/hooks';
import { type Canvas, count, counted, heights, position, ratio } from '#figures';
import type { VideoAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { Empty } from './failure.js';

const unknownDuration = 'Nobody played it yet, or its duration is not known.';

/** Who is still watching along the video, where it was watched again, and where most viewers were lost. */
export function Retention({ retention }: { retention: NonNullable<VideoAnswer['retention']> }) {
  const { buckets, starters, dropOffPoints } = retention;
  const title = 'Retention';
  const draw = useMemo(
    () =>
      ({ retentionCurve }: Charts, canvas: Canvas) =>
        retentionCurve(buckets, starters, dropOffPoints, canvas),
    [buckets, starters, dropOffPoints],
  );
  if (buckets.length === 0) return <Empty title={title} because={unknownDuration} />;
  const half = buckets.find(bucket => bucket.retentionRatio < 0.5);
  const rows = buckets.map(bucket => [
    position(bucket.fromS),
    count(bucket.viewers),
    ratio(bucket.retentionRatio),
    count(bucket.plays),
    bucket.playsPerViewer === null ? '–' : bucket.playsPerViewer.toFixed(2),
  ]);
  return (
    <Chart
      class="wide"
      title={title}
      unit="share of those who started, over all time"
      summary={`Of ${counted(starters, 'viewer')} who started, half are gone ${half === undefined ? 'never' : `by ${position(half.fromS)}`}.`}
      draw={draw}
      height={heights.retention}
      legend={[
        { says: 'unique viewers', colour: 'var(--series-1)' },
        { says: 'plays, watched again included', colour: 'var(--series-2)', dash: '5 3' },
        { says: 'greatest losses', colour: 'var(--bad)', isDot: true },
      ]}
      table={<Table head={['From', 'Viewers', 'Of starters', 'Plays', 'Plays per viewer']} rows={rows} />}
    >
      <h3>Where most viewers were lost</h3>
      <ol class="drops" aria-label="Where most viewers were lost">
        {dropOffPoints.map(drop => (
          <li key={drop.atS}>
            <strong>{position(drop.atS)}</strong> <span class="unit">({Math.round(drop.atS)} s)</span> −
            {counted(drop.viewersLost, 'viewer')} ({ratio(drop.lostRatio)})
          </li>
        ))}
      </ol>
    </Chart>
  );
}

/** Where most of the video was watched, and what was watched again. */
export function HeatMap({ map }: { map: NonNullable<VideoAnswer['heatMap']> }) {
  const { cells, hottest } = map;
  const title = 'Heat map';
  const draw = useMemo(
    () =>
      ({ heatMap }: Charts, canvas: Canvas) =>
        heatMap(cells, canvas),
    [cells],
  );
  if (cells.length === 0) return <Empty title={title} because={unknownDuration} />;
  const peak = cells.find(cell => cell.heat === 1);
  return (
    <Chart
      class="wide"
      title={title}
      unit="plays along the video, the stronger the more, over all time"
      summary={`Plays along the video; most of them at ${peak === undefined ? 'no place' : position(peak.fromS)}.`}
      draw={draw}
      height={heights.heatMap}
      table={
        <Table
          head={['From', 'Viewers', 'Plays', 'Watched again', 'Heat']}
          rows={cells.map(cell => [
            position(cell.fromS),
            count(cell.viewers),
            count(cell.plays),
            count(cell.rewatches),
            ratio(cell.heat),
          ])}
        />
      }
    >
      <p class="unit">{againWords(hottest)}</p>
    </Chart>
  );
}

type Cell = NonNullable<VideoAnswer['heatMap']>['hottest'][number];

/** Where it was watched again most, in words. */
function againWords(hottest: readonly Cell[]): string {
  if (hottest.length === 0) return 'No part was watched again.';
  const told = hottest.map(
    ({ fromS, toS, plays, viewers }) =>
      `${position(fromS)} to ${position(toS)} (${(plays / Math.max(1, viewers)).toFixed(1)} plays a viewer)`,
  );
  return `Most watched again: ${told.join(', ')}`;
}

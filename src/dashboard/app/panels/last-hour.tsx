import { useMemo } from 'preact/hooks';
import { type Canvas, count, counted, heights, seconds } from '#figures';
import type { LiveAnswer } from '../answers.generated.js';
import { Chart, type Charts, Table } from '../charts/chart.js';
import { live } from '../questions.js';
import { type Streamed, useStream } from '../use-stream.js';
import { Waiting } from './failure.js';

const title = 'Last hour';

/** The last hour, minute by minute, as the gateway sends it on by itself. */
export function LastHour() {
  const streamed = useStream(live);
  const stats = streamed.state === 'waiting' ? undefined : streamed.data?.liveStats;
  const draw = useMemo(() => {
    const minutes = (stats?.minutes ?? []).map(({ at, sessionCount }) => ({
      at: new Date(at),
      value: sessionCount,
    }));
    return ({ lastHour }: Charts, canvas: Canvas) =>
      lastHour(minutes, value => `${counted(value, 'session')} began`, canvas);
  }, [stats]);
  if (streamed.state === 'waiting') return <Waiting title={title} />;
  if (stats === undefined) return <Broken streamed={streamed} />;
  const rows = stats.minutes
    .toReversed()
    .map(({ at, sessionCount, playCount, watchTimeS }) => [
      at.slice(11, 16),
      count(sessionCount),
      count(playCount),
      seconds(watchTimeS),
    ]);
  return (
    <Chart
      title={title}
      unit="sessions begun, by minute"
      summary={`Last hour: ${counted(stats.sessionCount, 'session')} of ${counted(stats.uniqueViewers, 'viewer')} began.`}
      draw={draw}
      height={heights.lastHour}
      table={<Table head={['Minute (UTC)', 'Sessions', 'Played', 'Watched']} rows={rows} />}
    >
      <dl class="facts" aria-live="off">
        <Fact says="sessions began" value={count(stats.sessionCount)} />
        <Fact says="viewers" value={count(stats.uniqueViewers)} />
        <Fact says="watched in them" value={seconds(stats.watchTimeS)} />
        <Fact says="may still go on" value={count(stats.openSessionCount)} />
      </dl>
      <p class={`state ${streamed.state === 'live' ? 'passed' : 'failed'}`} id="live-state">
        {streamed.state === 'live'
          ? '● live'
          : `✗ not live: ${streamed.error.code} ${streamed.error.message}; trying again`}
      </p>
    </Chart>
  );
}

export function Fact({ says, value }: { says: string; value: string }) {
  return (
    <div>
      <dt>{says}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Broken({ streamed }: { streamed: Streamed<LiveAnswer> }) {
  if (streamed.state !== 'broken') return null;
  return (
    <section class="panel failed" role="alert">
      <h2>{title}</h2>
      <p>
        <strong>{streamed.error.code}</strong> {streamed.error.message}; trying again.
      </p>
    </section>
  );
}

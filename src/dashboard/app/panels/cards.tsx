import { useMemo } from 'preact/hooks';
import { type Canvas, change, heights, metric, sparkline } from '#figures';
import { LazyDetails, Picture, Table } from '../charts/chart.js';
import { ScrollRegion } from '../charts/scroll-region.js';
import { type Series, stepsOf } from '../series.js';

export interface Figures {
  readonly uniqueViewers: number;
  readonly sessionCount: number;
  readonly watchTimeS: number;
  readonly uncertainS: number;
  readonly estimatedTailS: number;
  readonly completionRate: number | null;
  readonly zeroWatchRate: number | null;
  readonly avgWatchTimeS: number | null;
}

const shown = [
  { key: 'watchTimeS', name: 'WATCH_TIME_S', title: 'Watch time, proven' },
  { key: 'uniqueViewers', name: 'UNIQUE_VIEWERS', title: 'Unique viewers' },
  { key: 'sessionCount', name: 'SESSION_COUNT', title: 'Sessions' },
  { key: 'completionRate', name: 'COMPLETION_RATE', title: 'Completion rate' },
  { key: 'avgWatchTimeS', name: 'AVG_WATCH_TIME_S', title: 'Watch time per session' },
  { key: 'zeroWatchRate', name: 'ZERO_WATCH_RATE', title: 'Zero-watch rate' },
] as const;

interface CardsProps {
  readonly totals: Figures;
  readonly previous: Figures;
  /** Draws the course of each figure where it is given. */
  readonly series?: Series | undefined;
}

/** The period's figures, each beside the period of the same length before, with their course. */
export function FigureCards({ totals, previous, series }: CardsProps) {
  return (
    <section aria-label="Figures of the period" class="figures">
      <ul class="cards">
        {shown.map(({ key, name, title }) => (
          <li key={key} class="card">
            <span class="card-title">{title}</span>
            <span class="card-value" data-metric={key} data-value={totals[key]}>
              {metric(key, totals[key])}
            </span>
            {key === 'watchTimeS' ? <Doubtful totals={totals} /> : null}
            <span class="card-note">{comparison(key, totals[key], previous[key])}</span>
            {series === undefined ? null : <Spark series={series} name={name} title={title} />}
          </li>
        ))}
      </ul>
      {series === undefined ? null : (
        <LazyDetails class="cards-table" summary="The course of these figures, as a table">
          <ScrollRegion label="The course of the figures, as a table">
            <Table head={['Start (UTC)', ...shown.map(({ title }) => title)]} rows={courseRows(series)} />
          </ScrollRegion>
        </LazyDetails>
      )}
    </section>
  );
}

/** The cards' room, before their figures come. */
export function WaitingCards() {
  return (
    <ul class="cards waiting" aria-busy="true" aria-label="Figures of the period">
      {shown.map(({ key, title }) => (
        <li key={key} class="card">
          <span class="card-title">{title}</span>
          <span class="skeleton" />
        </li>
      ))}
    </ul>
  );
}

/** What the events allow beside what they prove. */
function Doubtful({ totals: { uncertainS, estimatedTailS } }: { totals: Figures }) {
  return (
    <span class="card-note" id="doubtful">
      + {metric('uncertainS', uncertainS)} uncertain, {metric('estimatedTailS', estimatedTailS)} estimated
    </span>
  );
}

function comparison(key: string, now: number | null, before: number | null): string {
  const difference = change(now, before);
  return difference === undefined
    ? 'nothing before to compare with'
    : `${difference} from ${metric(key, before)} before`;
}

function Spark({ series, name, title }: { series: Series; name: string; title: string }) {
  const draw = useMemo(() => {
    const values = stepsOf(series, name).map(({ value }) => value);
    return (canvas: Canvas) => sparkline(values, canvas);
  }, [series, name]);
  return (
    <div class="spark">
      <Picture summary={`Course of ${title}`} draw={draw} height={heights.sparkline} />
    </div>
  );
}

function courseRows(series: Series): readonly (readonly string[])[] {
  const columns = shown.map(({ name }) => stepsOf(series, name));
  return (columns[0] ?? []).map(({ at }, step) => [
    at.toISOString().slice(0, 10),
    ...shown.map(({ key }, column) => metric(key, columns[column]?.[step]?.value ?? null)),
  ]);
}

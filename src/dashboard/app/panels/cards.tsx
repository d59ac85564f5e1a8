import { change, metric } from '#charts';
import type { Cards } from '../documents.js';

const shown = [
  ['watchTimeS', 'Watch time'],
  ['uniqueViewers', 'Unique viewers'],
  ['sessionCount', 'Sessions'],
  ['completionRate', 'Completion rate'],
  ['avgWatchTimeS', 'Watch time per session'],
  ['zeroWatchRate', 'Zero-watch rate'],
] as const;

/** The period's figures, each beside the period of the same length before. */
export function FigureCards({ totals, before }: { totals: Cards; before: Cards | null }) {
  return (
    <ul class="cards">
      {shown.map(([key, title]) => {
        const difference = change(totals[key], before?.[key] ?? null);
        return (
          <li key={key} class="card">
            <span class="card-title">{title}</span>
            <span class="card-value" data-metric={key} data-value={totals[key]}>
              {metric(key, totals[key])}
            </span>
            <span class="card-note">
              {key === 'watchTimeS' && totals.uncertainS > 0
                ? `and ${metric('uncertainS', totals.uncertainS)} uncertain`
                : (difference ?? 'no earlier period')}
              {key === 'watchTimeS' || difference === undefined ? '' : ' to the period before'}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

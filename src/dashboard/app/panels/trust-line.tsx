import { ago, seconds } from '#figures';
import type { Range } from '../address.js';
import type { StateAnswer } from '../answers.generated.js';
import { Link } from './link.js';

type Freshness = NonNullable<StateAnswer['freshness']>;
type Quality = NonNullable<StateAnswer['dataQuality']>;

const freshnessWords = { FRESH: 'Fresh', STALE: 'Stale', EMPTY: 'No data yet' } as const;
const qualityWords = { PASSED: 'All checks passed', FAILED: 'Checks failed', UNKNOWN: 'Not checked yet' } as const;
const tone = {
  FRESH: 'good',
  PASSED: 'good',
  STALE: 'bad',
  FAILED: 'bad',
  EMPTY: 'unknown',
  UNKNOWN: 'unknown',
} as const;

/** One line above all numbers: how new they are, and whether the checks believe them. */
export function TrustLine({
  freshness,
  quality,
  range,
  now,
}: {
  freshness: Freshness | null;
  quality: Quality | null;
  /** The period of the page, which a link keeps. */
  range: Range | undefined;
  now: number;
}) {
  return (
    <p class="trust">
      {freshness === null ? null : (
        <span class={`badge ${tone[freshness.state]}`} id="freshness">
          {freshnessWords[freshness.state]}
          {freshness.newestEventAt === null ? '' : `: newest event ${ago(freshness.newestEventAt, now)}`}
          {freshness.lastCommitAt === null ? '' : `, committed ${ago(freshness.lastCommitAt, now)}`}
          {freshness.dataVersion === null ? '' : `, run ${freshness.dataVersion}`}
        </span>
      )}
      {quality === null ? null : (
        <Link class={`badge ${tone[quality.state]}`} to={{ page: 'quality', range }}>
          {quality.state === 'FAILED'
            ? `${quality.failedCount} data-quality ${quality.failedCount === 1 ? 'check' : 'checks'} failed`
            : qualityWords[quality.state]}
        </Link>
      )}
    </p>
  );
}

/** Said above all numbers when nothing new has arrived for too long. */
export function StaleNotice({ freshness, now }: { freshness: Freshness; now: number }) {
  if (freshness.state !== 'STALE' || freshness.newestReceivedAt === null) return null;
  return (
    <p class="notice" role="status" id="stale">
      <strong>The data is stale.</strong> The newest event arrived {ago(freshness.newestReceivedAt, now)}; more than{' '}
      {seconds(freshness.limitS)} counts as late. What is shown is right up to then.
    </p>
  );
}

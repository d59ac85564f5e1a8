import { ago } from '#charts';
import type { Freshness, Quality } from '../documents.js';

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
  now,
}: {
  freshness: Freshness | null;
  quality: Quality | null;
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
        <a class={`badge ${tone[quality.state]}`} href="#quality">
          {quality.state === 'FAILED'
            ? `${quality.failedCount} of ${quality.rules.length} checks failed`
            : qualityWords[quality.state]}
        </a>
      )}
    </p>
  );
}

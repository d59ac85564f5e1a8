import type { EngagementConfig } from '#config';
import type { OracleRow } from './oracle.js';

const to4 = (points: number) => Math.round(points * 1e4) / 1e4;

/** DESIGN 4.5: three saturating components that add up to the score, and its tier. */
export function scoreOf(
  config: EngagementConfig,
  watchRatio: number | null,
  completions: number | null,
  sessions: number | null,
): OracleRow {
  const points = (value: number | null, weight: number, saturation: number) =>
    to4(weight * Math.min(Math.max(value ?? 0, 0) / saturation, 1));
  const watch = points(watchRatio, config.weights.watch_ratio, config.saturation.watch_ratio);
  const completion = points(completions, config.weights.completions, config.saturation.completions);
  const session = points(sessions, config.weights.sessions, config.saturation.sessions);
  // Ten-thousandths add up exactly; doubles would leave a crumb.
  const score = to4(watch + completion + session);
  const { high, medium, low } = config.tiers;
  return {
    engagement_score: score,
    engagement_tier: score >= high ? 'High' : score >= medium ? 'Medium' : score >= low ? 'Low' : 'Minimal',
    engagement_watch_points: watch,
    engagement_completion_points: completion,
    engagement_session_points: session,
    engagement_version: config.version,
  };
}

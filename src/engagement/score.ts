import type { EngagementConfig } from '#config';
import { type Fragment, lit, sql } from '#sql';

/** What a score is made of; each may be null and then counts nothing. */
export interface ScoreInputs {
  /** Share of the video that was watched, 0 to 1. */
  readonly watchRatio: Fragment;
  readonly completions: Fragment;
  readonly sessions: Fragment;
}

/**
 * Points of one component in whole ten-thousandths: its weight, in the share of the saturation that the value reaches.
 * Whole numbers add up exactly, whatever their order; and of `round(x, 4)` Spark rounds the decimal text of the double,
 * DuckDB its value.
 */
const points = (value: Fragment, weight: number, saturation: number): Fragment =>
  sql`round(${lit(weight)} * least(greatest(coalesce(cast(${value} as double), 0), 0) / ${lit(saturation)}, 1) * 1e4)`;

const asPoints = (tenThousandths: Fragment): Fragment => sql`cast(${tenThousandths} / 1e4 as double)`;

/**
 * The engagement score of a row, 0 to 100, as a select list of its columns (DESIGN.md 4.5): three components of points,
 * each saturating, which add up to the score; the tier; and the version of the formula.
 */
export function scoreColumns(config: EngagementConfig): (inputs: ScoreInputs) => Fragment {
  const { weights, saturation, tiers } = config;
  return inputs => {
    const watch = points(inputs.watchRatio, weights.watch_ratio, saturation.watch_ratio);
    const completion = points(inputs.completions, weights.completions, saturation.completions);
    const session = points(inputs.sessions, weights.sessions, saturation.sessions);
    const score = sql`(${watch} + ${completion} + ${session})`;
    const reaches = (bound: number) => sql`${score} / 1e4 >= ${lit(bound)}`;
    return sql`${asPoints(score)} as engagement_score,
  case
    when ${reaches(tiers.high)} then 'High'
    when ${reaches(tiers.medium)} then 'Medium'
    when ${reaches(tiers.low)} then 'Low'
    else 'Minimal'
  end as engagement_tier,
  ${asPoints(watch)} as engagement_watch_points,
  ${asPoints(completion)} as engagement_completion_points,
  ${asPoints(session)} as engagement_session_points,
  cast(${lit(config.version)} as integer) as engagement_version`;
  };
}

import type { Config } from '#config';
import { scoreColumns } from '#engagement';
import { buildGoldPipeline, buildSessionPipeline } from '#sessionize';
import { type Dialect, type PlannedStatement, planPipeline } from '#sql';
import { derivedTables } from '#tables';

/** The statements of a full run, in order: from `input_events` to every table above the sessions. */
export function pipelineStatements(
  config: Pick<Config, 'sessionization' | 'engagement'>,
  d: Dialect,
): PlannedStatement[] {
  const score = scoreColumns(config.engagement);
  const session = Object.values(buildSessionPipeline(config.sessionization, score).outputs);
  const gold = Object.values(buildGoldPipeline(config.sessionization, score).outputs);
  return [...planPipeline(session, d), ...planPipeline(gold, d)];
}

/** Begin, take in, mark, rows of touched users, finish. */
const stepsBeside = 5;

/** About how many steps a run reports: for progress bars. */
export const countSteps = (config: Pick<Config, 'sessionization' | 'engagement'>, d: Dialect): number =>
  pipelineStatements(config, d).length + derivedTables.length + stepsBeside;

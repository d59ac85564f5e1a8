import type { Config } from '#config';
import { scoreColumns } from '#engagement';
import { buildGoldPipeline, buildSessionPipeline } from '#sessionize';
import { duckdb, type PlannedStatement, planPipeline } from '#sql';

/** The statements of both pipelines for DuckDB. */
export function planTables({ sessionization, engagement }: Config): PlannedStatement[] {
  const score = scoreColumns(engagement);
  const pipelines = [buildSessionPipeline(sessionization, score), buildGoldPipeline(sessionization, score)];
  return pipelines.flatMap(({ outputs }) => planPipeline(Object.values(outputs), duckdb));
}

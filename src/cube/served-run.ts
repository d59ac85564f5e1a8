import { z } from 'zod';
import { PlayheadError } from '#errors';
import { lit, sql } from '#sql';
import { tables } from '#tables';
import type { DuckdbEngine, Lake } from '#warehouse';

/** What is being served: the table versions of one finished run of the job. */
export interface SnapshotInfo {
  /** Table name to Delta version; tables that the run does not name are served empty. */
  readonly versions: Readonly<Record<string, number>>;
  /** None before the first run. */
  readonly runId: string | undefined;
  /** Number of the run, 0 before the first. */
  readonly sequence: number;
  readonly committedAt: Date | undefined;
}

export const nothingServed: SnapshotInfo = { versions: {}, runId: undefined, sequence: 0, committedAt: undefined };

const runRow = z.object({
  run_id: z.string(),
  sequence: z.coerce.number().int(),
  finished_us: z.coerce.number().int().nullable(),
  table_versions: z.string(),
});
const tableVersions = z.record(z.string(), z.coerce.number().int().nonnegative());

/**
 * The newest finished run, as the `job_runs` table of the lake tells it, or the one of a number.
 * @returns nothing served where there is no such run
 * @throws DELTA_...
 */
export async function readServedRun(lake: Lake, engine: DuckdbEngine, sequence?: number): Promise<SnapshotInfo> {
  if ((await lake.version(tables.job_runs.name)) === undefined) return nothingServed;
  const rows = await engine.query(sql`
    select run_id, sequence, epoch_us(finished_at) as finished_us, table_versions
    from ${await lake.read(tables.job_runs)}
    where state = ${lit('finished')} ${sequence === undefined ? sql`` : sql`and sequence = ${lit(sequence)}`}
    order by sequence desc
    limit 1`);
  if (rows[0] === undefined) return nothingServed;
  const run = runRow.parse(rows[0]);
  return {
    versions: parseVersions(run.table_versions, run.run_id),
    runId: run.run_id,
    sequence: run.sequence,
    committedAt: run.finished_us === null ? undefined : new Date(run.finished_us / 1000),
  };
}

function parseVersions(text: string, runId: string): Readonly<Record<string, number>> {
  try {
    return tableVersions.parse(JSON.parse(text));
  } catch (cause) {
    throw new PlayheadError({
      code: 'DELTA_CORRUPT_LOG',
      at: `job_runs, run ${runId}`,
      message: 'table_versions is no JSON object of versions',
      hint: 'run `playhead sessionize` again',
      cause,
    });
  }
}

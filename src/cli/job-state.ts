import type { JobState } from '#alerts';
import { readState } from '#schedule';

/** What the schedule of a data folder remembers of the job; undefined where none has run. */
export async function readJobState(folder: string): Promise<JobState | undefined> {
  const { job } = await readState(folder);
  if (job === undefined) return undefined;
  const instant = (at: string | null) => (at === null ? null : new Date(at));
  return {
    failureCount: job.failure_count,
    lastFailure: job.last_failure,
    startedAt: instant(job.started_at),
    succeededAt: instant(job.succeeded_at),
    everyS: job.every_s,
  };
}

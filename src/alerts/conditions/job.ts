import type { AlertsConfig } from '#config';
import type { Evidence, Finding } from '../incident.js';

/** What the schedule remembers of the job; undefined: no schedule has run on this data folder. */
export interface JobState {
  /** Failed attempts since the last one that ended well. */
  readonly failureCount: number;
  /** The line of the last failure: its code, and what it is about. */
  readonly lastFailure: string | null;
  /** When the job was last begun. */
  readonly startedAt: Date | null;
  readonly succeededAt: Date | null;
  /** From one run to the next. Seconds; undefined where something else decides (cron). */
  readonly everyS: number | undefined;
}

type JobConfig = Pick<AlertsConfig, 'job_failures_min' | 'job_silent_s_max'>;

const nothing: Evidence = { summary: '', value: null, threshold: null, expected: null, day: null, sampleIds: [] };
const hours = (seconds: number): string => `${(seconds / 3600).toFixed(1)} h`;

/** `job_failed`: the job has failed so many times in a row. Told by the schedule itself, which goes on trying. */
export function findJobFailure(state: JobState | undefined, { job_failures_min: least }: JobConfig): Finding {
  const rule = { rule: 'job_failed', subject: { kind: 'overall' }, title: 'The job fails', severity: 'error' } as const;
  if (state === undefined) return { ...rule, verdict: 'unknown', evidence: nothing, strength: 0 };
  const { failureCount, lastFailure, succeededAt } = state;
  const code = lastFailure?.split(':', 1)[0] ?? '';
  const since = succeededAt === null ? 'it has never ended well' : `it last ended well at ${succeededAt.toISOString()}`;
  const evidence = {
    ...nothing,
    summary: `${failureCount} attempts in a row have failed, the last with ${code} (limit ${least}); ${since}. ${lastFailure ?? ''}`,
    value: failureCount,
    threshold: least,
  };
  // One or two failures are neither: an incident that is open stays open until a run has ended well.
  const verdict = failureCount >= least ? 'firing' : failureCount === 0 ? 'clear' : 'unknown';
  return { ...rule, verdict, evidence, strength: failureCount };
}

/**
 * `job_silent`: no run has been begun for too long, or the one that was has not come to an end. Who runs the schedule
 * cannot tell this of itself: the serving process does. A schedule with long pauses may be silent for three of them.
 */
export function findJobSilence(
  state: JobState | undefined,
  { job_silent_s_max: limitS }: JobConfig,
  now: Date,
): Finding {
  const rule = {
    rule: 'job_silent',
    subject: { kind: 'overall' },
    title: 'The job does not run',
    severity: 'error',
  } as const;
  if (limitS === 0 || state === undefined || state.startedAt === null) {
    return { ...rule, verdict: 'unknown', evidence: nothing, strength: 0 };
  }
  const silentS = Math.max(0, (now.getTime() - state.startedAt.getTime()) / 1000);
  const allowedS = Math.max(limitS, 3 * (state.everyS ?? 0));
  const evidence = {
    ...nothing,
    summary: `The last run that has ended was begun ${hours(silentS)} ago (limit ${hours(allowedS)}): is the schedule still running?`,
    value: silentS,
    threshold: allowedS,
  };
  return { ...rule, verdict: silentS > allowedS ? 'firing' : 'clear', evidence, strength: silentS };
}

import { join } from 'node:path';
import { z } from 'zod';
import { parseJson, readText, replaceText } from './files.js';

const taskSchema = z.object({
  /** When it last began, and when it last ended well. */
  started_at: z.string().nullable(),
  succeeded_at: z.string().nullable(),
  /** In a row. */
  failure_count: z.int().nonnegative(),
  last_failure: z.string().nullable(),
  /** From one start to the next, where the schedule runs on. Seconds. */
  every_s: z.number().positive().optional(),
});
const stateSchema = z.record(z.string(), taskSchema);

/** What is remembered of one task between runs and restarts. */
export type TaskState = z.infer<typeof taskSchema>;
export type ScheduleState = Readonly<Record<string, TaskState>>;

export const fresh: TaskState = { started_at: null, succeeded_at: null, failure_count: 0, last_failure: null };

const pathOf = (folder: string): string => join(folder, '.playhead-schedule.json');

/** What the schedule of a data folder remembers; nothing where the file is missing or not to be understood. */
export async function readState(folder: string): Promise<ScheduleState> {
  return stateSchema.catch({}).parse(parseJson(await readText(pathOf(folder))));
}

export const writeState = (folder: string, state: ScheduleState): Promise<void> =>
  replaceText(pathOf(folder), `${JSON.stringify(state, null, 2)}\n`);

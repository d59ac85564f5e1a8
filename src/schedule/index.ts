/** Tasks done again and again by one process at a time: lease, catching up, back-off, graceful stop. Knows none of them. */
export { type Clock, systemClock } from './clock.js';
export { type DoneOnce, readDoneOnce } from './done-once.js';
export { type Lease, type LeaseOptions, takeLease } from './lease.js';
export { runPass, runSchedule, type ScheduleOptions, type Task } from './run-schedule.js';
export { readSeenFiles, type SeenFiles } from './seen-files.js';
export { readState, type ScheduleState, type TaskState } from './state.js';

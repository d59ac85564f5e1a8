import { SingleBar } from 'cli-progress';

/** How far a piece of work is. Counts in whatever unit the command works in (rows, files, steps). */
export interface Progress {
  update(done: number, total?: number): void;
  stop(): void;
}

const silent: Progress = { update: () => {}, stop: () => {} };

/** Work that ends within this time shows nothing; without a terminal a line comes at this interval. */
const delayMs = 1000;
const lineIntervalMs = 5000;

export interface ProgressOptions {
  readonly title: string;
  readonly total?: number | undefined;
  readonly isQuiet: boolean;
}

/** Opens a progress display on stderr. */
export function openProgress({ title, total, isQuiet }: ProgressOptions): Progress {
  if (isQuiet) return silent;
  return process.stderr.isTTY ? openBar(title, total ?? 0) : openLines(title, total);
}

function openBar(title: string, total: number): Progress {
  const format = `${title} {bar} {percentage}% | {value}/{total} | {duration_formatted}`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true, fps: 5 });
  const opened = Date.now();
  let isShown = false;
  return {
    update: (done, newTotal) => {
      if (!isShown && Date.now() - opened > delayMs) {
        bar.start(newTotal ?? total, done);
        isShown = true;
      }
      if (newTotal !== undefined) bar.setTotal(newTotal);
      if (isShown) bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

function openLines(title: string, total?: number): Progress {
  let last = Date.now();
  return {
    update: (done, newTotal) => {
      if (Date.now() - last < lineIntervalMs) return;
      last = Date.now();
      const all = newTotal ?? total;
      process.stderr.write(`${title}: ${done}${all === undefined ? '' : ` of ${all}`}\n`);
    },
    stop: () => {},
  };
}

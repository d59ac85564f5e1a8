/** One thing that Cube had to say. */
export interface CubeEvent {
  readonly level: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type CubeLog = (event: CubeEvent) => void;

/** Cube says what a query costs in dozens of messages; these fields tell which of them somebody has to look at. */
export function cubeLogger(log: CubeLog): (message: string, details: Record<string, unknown>) => void {
  return (message, details) => {
    const level = details['error'] !== undefined ? 'error' : details['warning'] !== undefined ? 'warning' : 'info';
    log({ level, message, details });
  };
}

/** Errors and warnings as single lines on stderr. */
export const logToStderr: CubeLog = ({ level, message, details }) => {
  if (level === 'info') return;
  const text = String(details[level] ?? '').split('\n')[0];
  process.stderr.write(`cube ${level}: ${message}: ${text}\n`);
};

/**
 * Runs `work` while what Cube prints at its start (advice to use Cube Store, an address that is not ours) goes to the
 * log: stdout belongs to the results of the command.
 */
export async function withConsoleInLog<T>(log: CubeLog, work: () => Promise<T>): Promise<T> {
  const console = globalThis.console;
  const { log: printed, warn: warned } = console;
  const note = (...words: unknown[]) => log({ level: 'info', message: words.map(String).join(' '), details: {} });
  console.log = note;
  console.warn = note;
  try {
    return await work();
  } finally {
    console.log = printed;
    console.warn = warned;
  }
}

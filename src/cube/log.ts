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

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/playhead.mjs', import.meta.url));

/** What a command left behind. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `playhead` as a user does: the built command, in a process of its own. */
export function playhead(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...env } });
    const told = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told.stderr += text;
    });
    child.on('close', status => resolve({ status, ...told }));
  });
}

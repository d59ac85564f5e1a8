import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const playhead = join(import.meta.dirname, '../../../bin/playhead.mjs');

/** The tables that the command line makes of a small simulated audience, two runs of the job; their paths. */
export async function makeJobTables(folder: string): Promise<string[]> {
  const [data, made] = [join(folder, 'data'), join(folder, 'made')];
  const run = (...args: readonly string[]) =>
    execFileSync(process.execPath, [playhead, '--data', data, '--quiet', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  run('generate', '--users', '40', '--days', '4', '--seed', '5', '--out', made);
  for (const file of readdirSync(made)
    .filter(name => name.startsWith('events'))
    .sort()) {
    run('ingest', join(made, file));
    run('sessionize');
  }
  return readdirSync(data)
    .map(name => join(data, name))
    .filter(path => existsSync(join(path, '_delta_log')));
}

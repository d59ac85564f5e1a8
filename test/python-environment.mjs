/** Virtual environments for suites that need packages of PyPI: made once, kept in node_modules/.cache. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a suite needs and this machine has not; the message is the reason to skip. */
export class Missing extends Error {}

/** The output of a command; throws `Missing` with the reason and the command's last line. */
export function run(reason, command, ...args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
  } catch (cause) {
    const told = `${cause.stderr ?? ''}`.trim().split('\n').at(-1) || cause.message;
    throw new Missing(`${reason} (${told})`);
  }
}

/** The Python of an environment with these packages (`name==version`); `place` overrides where it is kept. */
export function makeEnvironment(name, packages, place) {
  const top = join(dirname(fileURLToPath(import.meta.url)), '..');
  const folder = place || join(top, 'node_modules', '.cache', name);
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'complete');
  if (existsSync(done)) return python;
  rmSync(folder, { recursive: true, force: true });
  run('no Python 3 with venv', 'python3', '-m', 'venv', folder);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '30'];
  run(`PyPI does not give ${packages.join(', ')}`, python, ...pip, ...packages);
  // An installation that was interrupted must not look like one.
  writeFileSync(done, `${packages.join('\n')}\n`);
  return python;
}

/** Prints what `prepare` gives; where something is missing, the reason in one line, and ends with 1. */
export function printPrepared(prepare) {
  try {
    process.stdout.write(`${prepare()}\n`);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

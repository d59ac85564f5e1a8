/**
 * Makes what the suite needs beside npm and prints the Python that has it; where it cannot be had, prints why in one
 * line and ends with 1. The virtual environment stays in node_modules/.cache, or where PLAYHEAD_SPARK_ENV says.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = '4.0.5';
const javaAtLeast = 17;

class Missing extends Error {}

const java = () => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java');

/** The output of a command; throws `Missing` with the reason and the command's last line. */
function run(reason, command, ...args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
  } catch (cause) {
    const told = `${cause.stderr ?? ''}`.trim().split('\n').at(-1) || cause.message;
    throw new Missing(`${reason} (${told})`);
  }
}

function findJava() {
  const told = run(`no Java ${javaAtLeast} or later`, java(), '--version');
  const major = Number(/^\S+ (\d+)/.exec(told)?.[1]);
  if (!(major >= javaAtLeast))
    throw new Missing(`Spark ${version} needs Java ${javaAtLeast}, this is "${told.split('\n')[0]}"`);
}

function makeEnvironment() {
  const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const folder = process.env.PLAYHEAD_SPARK_ENV || join(top, 'node_modules', '.cache', `pyspark-${version}`);
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'complete');
  if (existsSync(done)) return python;
  rmSync(folder, { recursive: true, force: true });
  run('no Python 3 with venv', 'python3', '-m', 'venv', folder);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '30'];
  run(`PyPI does not give pyspark ${version}`, python, ...pip, `pyspark==${version}`);
  // An installation that was interrupted must not look like one.
  writeFileSync(done, `pyspark ${version}\n`);
  return python;
}

try {
  findJava();
  process.stdout.write(`${makeEnvironment()}\n`);
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

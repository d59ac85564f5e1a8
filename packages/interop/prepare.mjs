/**
 * Makes what one engine of the suite needs and prints where it is: `node prepare.mjs chdb` (a folder with node_modules),
 * `node prepare.mjs delta-rs` (a Python). Where a registry does not give it, says so in one line and ends with 1.
 * All lies in node_modules/.cache; PLAYHEAD_INTEROP_CACHE names another folder.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchJar } from '../../test/maven.mjs';
import { Missing, makeEnvironment, printPrepared, run } from '../../test/python-environment.mjs';

const here = import.meta.dirname;
const top = join(here, '..', '..');
const cache = process.env.PLAYHEAD_INTEROP_CACHE || join(top, 'node_modules', '.cache');

/** This package's npm dependencies, installed once for each state of the lock file; never beside the root's own. */
export function chdbFolder() {
  const files = ['package.json', 'package-lock.json', '.npmrc'];
  const hash = createHash('sha256');
  for (const name of files) hash.update(readFileSync(join(here, name)));
  const folder = join(cache, `interop-npm-${hash.digest('hex').slice(0, 12)}`);
  const done = join(folder, 'complete');
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of files) copyFileSync(join(here, name), join(folder, name));
  // Not `npm ci`: it wants the libraries of every platform in the lock, and some registries have this one's only.
  run('npm does not give chdb', 'npm', 'install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder);
  const chdb = join(folder, 'node_modules', 'chdb');
  run('chdb does not run here', process.execPath, '--eval', 'require(process.argv[1]).query("select 1")', chdb);
  // An installation that was interrupted must not look like one.
  writeFileSync(done, '');
  return folder;
}

/** The Python that has delta-rs. */
export const deltaRsPython = () =>
  makeEnvironment('interop-1', ['deltalake==1.6.6', 'pyarrow==26.0.1'], join(cache, 'interop-1'));

/** Jars of Maven Central by their path there, with the SHA-256 of what they must be. */
const jars = {
  'io/delta/delta-spark_2.13/4.0.1/delta-spark_2.13-4.0.1.jar':
    'a1e76860b19fe1e6b205a4ea7a9099a2f9575d39bb71d49b3e679b299d0efb91',
  'io/delta/delta-storage/4.0.1/delta-storage-4.0.1.jar':
    'ecc42c5aaa51c423312d9e4e48aa4a12b34740bf2c37de0e8f279277ec3d12e4',
};

/** The Python that has Spark and, a line each, the jars that teach it Delta. */
export function spark() {
  const python = run('no Spark', process.execPath, join(top, 'test', 'spark', 'prepare.mjs')).trim();
  const folder = join(cache, 'interop-jars');
  const paths = Object.entries(jars).map(([path, sha256]) => fetchJar(path, sha256, folder));
  return [python, ...paths].join('\n');
}

/** The Python that has a server which speaks S3. */
export const s3Python = () => makeEnvironment('interop-s3-1', ['moto[server,s3]==5.2.5'], join(cache, 'interop-s3-1'));

const engines = { chdb: chdbFolder, 'delta-rs': deltaRsPython, s3: s3Python, spark };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  printPrepared(() => {
    const make = engines[process.argv[2]];
    if (make === undefined) throw new Missing(`name one of: ${Object.keys(engines).join(', ')}`);
    return make();
  });
}

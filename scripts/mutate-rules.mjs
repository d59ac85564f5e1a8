/**
 * Breaks each rule of DESIGN.md 4 on purpose, one at a time, and wants the rows of the oracle's streams to change: a
 * mutant that survives, or whose text is not there any more, fails. The sources stay as they are; see
 * test/oracle/mutants. `--list` shows by which table each was noticed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isListed = process.argv.includes('--list');

// Below node_modules, so that the bundle finds the packages that it leaves out.
const cache = join(root, 'node_modules', '.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'mutate-'));
const outfile = join(folder, 'main.mjs');
let verdicts = [];
try {
  await build({
    entryPoints: [join(root, 'test', 'oracle', 'mutants', 'main.ts')],
    absWorkingDir: root,
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    packages: 'external',
    logLevel: 'warning',
  });
  const { runMutants } = await import(pathToFileURL(outfile).href);
  verdicts = await runMutants(root, ({ rule, name, noticedIn, fault }) => {
    if (fault !== undefined) process.stdout.write(`FAULT     ${rule}: ${name}: ${fault}\n`);
    else if (noticedIn.length === 0) process.stdout.write(`SURVIVED  ${rule}: ${name}\n`);
    else if (isListed) process.stdout.write(`noticed   ${rule}: ${name} (${noticedIn.join(', ')})\n`);
  });
} catch (error) {
  // Without its stack: that would quote the compiled pipelines whole.
  process.stdout.write(`FAULT     ${error instanceof Error ? error.message : String(error)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const failed = verdicts.filter(({ noticedIn, fault }) => fault !== undefined || noticedIn.length === 0);
process.stdout.write(`${verdicts.length - failed.length} of ${verdicts.length} mutants noticed\n`);
process.exitCode = verdicts.length > 0 && failed.length === 0 ? 0 : 1;

import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { PlayheadError } from '#errors';

/**
 * The inputs that the patterns name, each once, in the order of the patterns and sorted within each: files, and folders
 * that hold a Delta table. @throws INPUT_NOT_FOUND, DELTA_NOT_A_TABLE
 */
export async function findInputs(patterns: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    for (const path of await matches(pattern)) if (!found.has(resolve(path))) found.set(resolve(path), path);
  }
  return [...found.values()];
}

async function matches(pattern: string): Promise<string[]> {
  // A name may hold brackets: what exists under the very name is meant.
  const there = await stat(pattern).catch(() => undefined);
  if (there?.isDirectory()) {
    await assertDeltaTable(pattern);
    return [pattern];
  }
  if (there !== undefined) return [pattern];
  if (isDynamicPattern(pattern)) {
    const paths = await glob(pattern, { onlyFiles: true, expandDirectories: false, absolute: isAbsolute(pattern) });
    if (paths.length > 0) return paths.sort();
  }
  throw new PlayheadError({
    code: 'INPUT_NOT_FOUND',
    at: pattern,
    message: 'no file matches',
    hint: 'give a file, a pattern such as "events/*.ndjson.gz" in quotes, or the folder of a Delta table',
  });
}

async function assertDeltaTable(folder: string): Promise<void> {
  const log = await readdir(join(folder, '_delta_log')).catch(() => undefined);
  if (log !== undefined) return;
  throw new PlayheadError({
    code: 'DELTA_NOT_A_TABLE',
    at: folder,
    message: 'the folder holds no Delta table (there is no _delta_log in it)',
    hint: `for the files in it give a pattern, such as "${join(folder, '*.parquet')}"`,
  });
}

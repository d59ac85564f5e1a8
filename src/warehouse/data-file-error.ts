import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locateFile, openTable } from '#delta';
import { PlayheadError } from '#errors';

/** How DuckDB says that a file is not there; the first group is its name. */
const missingForms = [
  /No files found that match the pattern "(.+?)"/,
  /Cannot open file "(.+?)": No such file/,
] as const;

/** How it says that a Parquet file cannot be read. */
const damagedForms = [
  /No magic bytes found at (?:end|the end) of file '(.+?)'/,
  /File '(.+?)' too small to be a Parquet file/,
  /Footer length error in file '(.+?)'/,
  /Failed to read (?:Parquet )?file "(.+?)"/,
] as const;

/**
 * What went wrong with a data file of a Delta table: it is gone, or it is no whole Parquet file. Undefined for every other
 * failure of the engine, and for files that belong to no table.
 */
export async function dataFileError(cause: unknown): Promise<PlayheadError | undefined> {
  const message = cause instanceof Error ? cause.message : String(cause);
  const missing = tableFileIn(message, missingForms);
  if (missing !== undefined) {
    return new PlayheadError({
      code: 'DELTA_MISSING_FILE',
      at: missing.path,
      message: `the data file that the log names does not exist (${await needOf(missing)})`,
      hint: 'restore it from a backup; vacuum may have deleted what an old version needs',
      cause,
    });
  }
  const damaged = tableFileIn(message, damagedForms);
  if (damaged === undefined) return undefined;
  return new PlayheadError({
    code: 'DELTA_CORRUPT_FILE',
    at: damaged.path,
    message: `the data file is damaged (${await needOf(damaged)})`,
    hint: 'restore it from a backup',
    cause,
  });
}

interface TableFile {
  readonly path: string;
  /** The folder of its table. */
  readonly table: string;
}

function tableFileIn(message: string, forms: readonly RegExp[]): TableFile | undefined {
  for (const form of forms) {
    // The names of files that the lake reads are patterns, whose special characters stand in brackets.
    const path = form.exec(message)?.[1]?.replaceAll(/\[([[*?])\]/g, '$1');
    const table = path === undefined ? undefined : deltaTableOf(path);
    if (path !== undefined && table !== undefined) return { path, table };
  }
  return undefined;
}

/** The folder above a file that holds a Delta log. */
function deltaTableOf(path: string): string | undefined {
  const folder = dirname(path);
  if (folder === path) return undefined;
  return existsSync(join(folder, '_delta_log')) ? folder : deltaTableOf(folder);
}

/** Which version of a table needs a file. */
async function needOf({ table, path }: TableFile): Promise<string> {
  try {
    const { version, files } = await (await openTable(table)).snapshot();
    const isLive = [...files.values()].some(file => locateFile(table, file.path) === path);
    return isLive ? `version ${version} of the table needs it` : `version ${version} of the table does without it`;
  } catch {
    // The file is the news; that the log cannot be read either is for its next reader.
    return 'the log cannot be read';
  }
}

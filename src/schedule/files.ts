import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '#delta';
import { PlayheadError } from '#errors';

/** The system's code of a failed file operation: ENOENT, EEXIST, ... */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The text of a file; undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file: readers see the old text or the new one. @throws DATA_NOT_WRITABLE, DATA_DISK_FULL */
export async function replaceText(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await makeFolder(dirname(path));
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw notWritable(path, cause);
  }
}

export const notWritable = (path: string, cause: unknown): PlayheadError =>
  new PlayheadError({
    code: errorCode(cause) === 'ENOSPC' ? 'DATA_DISK_FULL' : 'DATA_NOT_WRITABLE',
    at: path,
    message: `the data folder cannot be written (${errorCode(cause) ?? String(cause)})`,
    cause,
  });

/** A text as JSON; undefined where it is none. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // judged by the schema of whoever asked
  }
}

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlayheadError } from '#errors';

/**
 * Does some work with a folder of its own in the system's temporary folder, which is gone afterwards.
 * @throws DATA_NOT_WRITABLE where none can be made, DATA_DISK_FULL where its disk is full, and whatever the work throws
 */
export async function inScratchFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  await sweep(prefix);
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)).catch(cause => {
    throw isFull(cause) ? full(cause) : unusable(cause);
  });
  try {
    return await work(folder);
  } catch (cause) {
    throw isFull(cause) ? full(cause) : cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Processes of another container may share the folder and not the numbers of processes: theirs are left alone for so long. */
const abandonedAfterMs = 24 * 3_600_000;

/** Removes what processes that were killed have left: each may be as large as an input. */
async function sweep(prefix: string): Promise<void> {
  // What is missing or may not be read is said where a folder is made.
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    // Another user's stays.
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The disks of tables have told for themselves by a code of ours; what is left was written here. */
function isFull(cause: unknown): boolean {
  if (cause instanceof PlayheadError) return cause.code === 'QUERY_INVALID' && /no space left/i.test(cause.message);
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}

const full = (cause: unknown): PlayheadError =>
  new PlayheadError({
    code: 'DATA_DISK_FULL',
    at: tmpdir(),
    message: 'the disk of the temporary folder is full; nothing was committed',
    hint: 'free some space, or set TMPDIR to a folder on another disk',
    cause,
  });

const unusable = (cause: unknown): PlayheadError =>
  new PlayheadError({
    code: 'DATA_NOT_WRITABLE',
    at: tmpdir(),
    message: `the temporary folder cannot be used (${cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)})`,
    hint: 'make it, give this user the right to write there, or set TMPDIR to another one',
    cause,
  });

import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '#delta';
import { PlayheadError } from '#errors';

const fileName = '.playhead-job.lock';
/** A holder shows that it lives by touching the lock; one that has not for this long is gone, on whatever machine it ran. */
const touchIntervalMs = 10_000;
const silenceMsMax = 120_000;
/** Locks that this very process holds: after a restart in a container the same process id may stand in an old lock. */
const held = new Set<string>();
const holderSchema = z.object({ pid: z.int().positive(), host: z.string(), since: z.string() });

/** Gives the data folder back. */
export type Release = () => Promise<void>;

/**
 * Takes the data folder for one job. A lock whose process has ended on this machine is taken over.
 * @throws DATA_LOCKED, DATA_NOT_WRITABLE
 */
export async function lockFolder(folder: string, now: Date): Promise<Release> {
  const path = join(folder, fileName);
  const holder = JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await createFile(path, holder)) return keepTouched(path);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    const touchedMs = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (text === undefined || touchedMs === undefined) continue; // released in between
    assertStale(path, text, Date.now() - touchedMs);
    // Renamed first: of two processes that both find it stale, one renames and the other finds nothing.
    const discarded = `${path}.stale-${process.pid}`;
    await rename(path, discarded).catch(() => undefined);
    await rm(discarded, { force: true });
  }
  throw locked(path, 'another job keeps taking it');
}

function keepTouched(path: string): Release {
  held.add(path);
  const timer = setInterval(() => {
    const now = new Date();
    // A touch that fails (folder gone, disk full) is no reason to stop the job: its commits will tell.
    utimes(path, now, now).catch(() => undefined);
  }, touchIntervalMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    held.delete(path);
    await rm(path, { force: true });
  };
}

async function createFile(path: string, content: string): Promise<boolean> {
  try {
    await makeFolder(join(path, '..'));
    const file = await open(path, 'wx');
    await file.writeFile(content);
    await file.close();
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw new PlayheadError({
      code: errorCode(cause) === 'ENOSPC' ? 'DATA_DISK_FULL' : 'DATA_NOT_WRITABLE',
      at: path,
      message: `the data folder cannot be written (${errorCode(cause) ?? String(cause)})`,
      cause,
    });
  }
}

function assertStale(path: string, text: string, silentMs: number): void {
  const isSilent = silentMs > silenceMsMax;
  const holder = holderSchema.safeParse(parseJson(text));
  // Unreadable: its writer died between creating and writing it, or is about to write it.
  if (!holder.success) {
    if (isSilent) return;
    throw locked(path, 'its lock was taken a moment ago');
  }
  const { pid, host, since } = holder.data;
  if (host !== hostname()) {
    if (isSilent) return;
    throw locked(path, `process ${pid} on ${host} holds it since ${since}`);
  }
  const isOurs = pid === process.pid;
  if (isOurs ? held.has(path) : isAlive(pid)) throw locked(path, `process ${pid} holds it since ${since}`);
}

function locked(path: string, why: string): PlayheadError {
  return new PlayheadError({
    code: 'DATA_LOCKED',
    at: path,
    message: `another job is writing to this data folder: ${why}`,
    hint: 'wait for it; if no job runs, delete the file',
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // judged by the schema
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '#delta';
import { PlayheadError } from '#errors';
import { errorCode, notWritable, parseJson, readText, replaceText } from './files.js';

const fileName = '.playhead-schedule.lease';
const leaseSchema = z.object({
  /** One for each holder: process ids come back. */
  id: z.string(),
  pid: z.int().positive(),
  host: z.string(),
  since: z.string(),
  heartbeat_at: z.string(),
});
type LeaseFile = z.infer<typeof leaseSchema>;

/** Leases of this very process: after a restart in a container an old lease may name the same process id. */
const held = new Set<string>();

export interface LeaseOptions {
  readonly folder: string;
  readonly now: () => Date;
  /** A holder that has not been heard of for this long is gone. */
  readonly ttlMs: number;
}

/** The right to run the schedule of a data folder. */
export interface Lease {
  /** Shows that its holder lives. False when somebody else has taken it over: then nothing more may be begun. */
  beat(): Promise<boolean>;
  /** Gives it back; leaves one alone that somebody else has taken over. */
  release(): Promise<void>;
}

/**
 * Takes the lease of a data folder, or that of a holder who is gone: whose process has ended on this machine, or who has
 * not been heard of for the time to live. Of several that try at once one gets it.
 * @throws SCHEDULE_LEASED, DATA_NOT_WRITABLE, DATA_DISK_FULL
 */
export async function takeLease({ folder, now, ttlMs }: LeaseOptions): Promise<Lease> {
  const path = join(folder, fileName);
  const at = now().toISOString();
  const mine: LeaseFile = { id: randomUUID(), pid: process.pid, host: hostname(), since: at, heartbeat_at: at };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await createWhole(path, JSON.stringify(mine))) {
      held.add(mine.id);
      return leaseOf(path, mine, now);
    }
    const text = await readText(path);
    if (text === undefined) continue; // released in between
    const other = leaseSchema.safeParse(parseJson(text)).data;
    if (other !== undefined && isAlive(other, now(), ttlMs)) throw leased(path, other);
    await moveAway(path, text);
  }
  throw leased(path, undefined);
}

function leaseOf(path: string, mine: LeaseFile, now: () => Date): Lease {
  const isMine = async () => leaseSchema.safeParse(parseJson(await readText(path))).data?.id === mine.id;
  return {
    beat: async () => {
      if (!held.has(mine.id) || !(await isMine())) return false;
      await replaceText(path, JSON.stringify({ ...mine, heartbeat_at: now().toISOString() }));
      return true;
    },
    release: async () => {
      if (await isMine()) await rm(path, { force: true });
      held.delete(mine.id);
    },
  };
}

/** Makes a file with its whole text, unless there is one: nobody reads half a lease. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await makeFolder(dirname(path));
    await writeFile(draft, text);
    await link(draft, path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw notWritable(path, cause);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes a dead lease out of the way. One that another process has put in its place meanwhile is put back. */
async function moveAway(path: string, deadText: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.dead`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return; // another process was faster
    throw notWritable(path, error);
  }
  if ((await readFile(aside, 'utf8')) !== deadText) {
    // If a third process has taken the free place, its lease stands: the moved one sees that at its next heartbeat.
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

function isAlive({ id, pid, host, heartbeat_at }: LeaseFile, now: Date, ttlMs: number): boolean {
  if (held.has(id)) return true;
  if (now.getTime() - Date.parse(heartbeat_at) > ttlMs) return false;
  if (host !== hostname()) return true;
  return pid !== process.pid && isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
}

function leased(path: string, holder: LeaseFile | undefined): PlayheadError {
  const who =
    holder === undefined
      ? 'others keep taking it'
      : `process ${holder.pid} on ${holder.host} holds it since ${holder.since}`;
  return new PlayheadError({
    code: 'SCHEDULE_LEASED',
    at: path,
    message: `another schedule runs on this data folder: ${who}`,
    hint: 'stop that one first; the lease of one that has died is taken over by itself',
  });
}

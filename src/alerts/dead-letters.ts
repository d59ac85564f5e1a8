import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { makeFolder } from '#warehouse';
import { messageSchema } from './message.js';

const letterSchema = z.object({
  sink: z.string(),
  failed_at: z.string(),
  attempts: z.int(),
  /** Of the last attempt. */
  reason: z.string(),
  message: messageSchema,
});
/** A message that a sink has not taken, kept until somebody sends it again. */
export type DeadLetter = z.infer<typeof letterSchema>;

const folderOf = (data: string): string => join(data, '.alerts', 'dead-letters');
const pathOf = (data: string, { message }: Pick<DeadLetter, 'message'>): string =>
  join(folderOf(data), `${message.id}.json`);

/** Keeps a message; the same one again takes the place of the first. On the disk when this returns. */
export async function keepDeadLetter(data: string, letter: DeadLetter): Promise<void> {
  const path = pathOf(data, letter);
  await makeFolder(folderOf(data));
  const draft = `${path}.${randomUUID()}.draft`;
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(`${JSON.stringify(letter, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** All that is kept, oldest first. @throws DATA_NOT_FOUND for a file that is no dead letter */
export async function readDeadLetters(data: string): Promise<DeadLetter[]> {
  const names = await readdir(folderOf(data)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const paths = names.filter(name => name.endsWith('.json')).map(name => join(folderOf(data), name));
  const letters = await Promise.all(paths.map(readLetter));
  return letters.toSorted((a, b) => (a.failed_at < b.failed_at ? -1 : a.failed_at > b.failed_at ? 1 : 0));
}

export const dropDeadLetter = (data: string, letter: DeadLetter): Promise<void> =>
  rm(pathOf(data, letter), { force: true });

async function readLetter(path: string): Promise<DeadLetter> {
  try {
    return letterSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new PlayheadError({
      code: 'DATA_NOT_FOUND',
      at: path,
      message: 'the file is no dead letter of this version',
      hint: 'move it away',
      cause,
    });
  }
}

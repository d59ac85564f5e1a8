import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlayheadError } from '#errors';

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * Makes a folder and what is missing above it. Unlike `mkdir` with `recursive` it ends where the system refuses with
 * ENOENT below a folder that exists, as /proc does: Node 20 tries that for ever.
 * @throws DATA_NOT_WRITABLE there, and the system's own error where it names a better reason
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((cause: unknown) => {
      // Somebody else made it in between.
      if (codeOf(cause) === 'EEXIST') return;
      throw new PlayheadError({ code: 'DATA_NOT_WRITABLE', at: path, message: 'no folder can be made here', cause });
    });
  }
}

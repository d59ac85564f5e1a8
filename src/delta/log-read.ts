import { PlayheadError } from '#errors';
import type { Store } from './store.js';

/**
 * The content of a log file, or undefined where there is none.
 * @throws DELTA_CORRUPT_LOG when something is there that cannot be read: a folder of that name, a file without the right to
 *   read it, a bad disk
 */
export async function readLogFile(store: Store, path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await store.read(path);
  } catch (cause) {
    if (cause instanceof PlayheadError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PlayheadError({
      code: 'DELTA_CORRUPT_LOG',
      at: path,
      message: `the file of the log cannot be read: ${why}`,
      hint: 'see what lies at this path and who may read it',
      cause,
    });
  }
}

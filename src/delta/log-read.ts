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

/** The text of a log file, or undefined where there is none. @throws DELTA_CORRUPT_LOG when it cannot be read or is no UTF-8 */
export async function readLogText(store: Store, path: string): Promise<string | undefined> {
  const bytes = await readLogFile(store, path);
  if (bytes === undefined) return undefined;
  try {
    // A byte that is replaced in silence would make another file name of it.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at: path, message: 'the file of the log is no UTF-8', cause });
  }
}

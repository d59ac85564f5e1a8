import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlayheadError } from '#errors';
import { makeFolder } from './folder.js';

/** What a cheap look at one file tells. */
export interface FileFacts {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Changes when a file of the same name is another file. */
  readonly identity: string;
}

/**
 * The storage that a table's log lives on: narrow, so that an object store with conditional put can stand in for a disk.
 * Paths are absolute. A missing file is `undefined`, a missing folder an empty list; all else throws.
 */
export interface Store {
  /** Names in the folder, in no order. */
  list(folder: string): Promise<string[]>;
  facts(path: string): Promise<FileFacts | undefined>;
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Creates the file with all its content at once, durably. False when the name is taken: another writer won. */
  putIfAbsent(path: string, content: Uint8Array | string): Promise<boolean>;
  /** Replaces the file with all its content at once, durably. */
  put(path: string, content: Uint8Array | string): Promise<void>;
  /** Makes files that someone else wrote durable, and their names. */
  sync(paths: readonly string[]): Promise<void>;
  remove(path: string): Promise<void>;
  /** All files under a folder, those in subfolders too whose name the question admits. */
  walk(
    folder: string,
    entersFolder: (name: string) => boolean,
  ): Promise<{ readonly path: string; readonly facts: FileFacts }[]>;
}

/** A moment of a durable write, between two calls of the file system. */
export type WriteMoment = 'beginning' | 'written' | 'synced' | 'named' | 'tidied';

/**
 * The local file system.
 * @param observe is told of each moment of a write and waited for: a test ends the process there, or never goes on
 */
export function createLocalStore(
  observe: (moment: WriteMoment, path: string) => void | Promise<void> = () => {},
): Store {
  const writeTemporary = async (path: string, content: Uint8Array | string): Promise<string> => {
    const temporary = join(dirname(path), `${temporaryPrefix}${randomUUID()}.tmp`);
    await observe('beginning', path);
    try {
      await makeFolder(dirname(path));
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(content);
        await observe('written', path);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {
        // The first error says what is wrong with the disk; a left-over file is harmless.
      });
      throw storageError(error, path);
    }
    await observe('synced', path);
    return temporary;
  };

  return {
    ...reading,

    async putIfAbsent(path, content) {
      const temporary = await writeTemporary(path, content);
      try {
        // `link` refuses a name that exists; `rename` would replace it in silence.
        await link(temporary, path);
        await observe('named', path);
      } catch (error) {
        const code = codeOf(error) ?? '';
        if (code === 'EEXIST') return false;
        if (!withoutHardLinks.has(code)) throw storageError(error, path);
        throw new PlayheadError({
          code: 'DATA_NOT_WRITABLE',
          at: path,
          message: 'the file system has no hard links, and without them two writers could both win',
          hint: 'put the data folder on a local disk (ext4, xfs, APFS, NTFS)',
          cause: error,
        });
      } finally {
        await rm(temporary, { force: true });
      }
      await observe('tidied', path);
      await syncFolder(dirname(path));
      return true;
    },

    async put(path, content) {
      const temporary = await writeTemporary(path, content);
      try {
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw storageError(error, path);
      }
      await observe('named', path);
      await syncFolder(dirname(path));
    },

    async sync(paths) {
      const folders = new Set(paths.map(path => dirname(path)));
      await inParallel(paths, async path => {
        const file = await openFor(path, 'r+');
        await file.sync().finally(() => file.close());
      });
      await inParallel([...folders], syncFolder);
    },

    remove: path => rm(path, { force: true }),
  };
}

/** What `link` says where the file system cannot: the temporary file beside it could be written, so rights are no reason. */
const withoutHardLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

const reading: Pick<Store, 'list' | 'facts' | 'read' | 'walk'> = {
  list: async folder => (await whereThere(() => readdir(folder))) ?? [],

  async facts(path) {
    const found = await whereThere(() => stat(path));
    if (found === undefined) return undefined;
    return {
      sizeBytes: found.size,
      modifiedMs: Math.floor(found.mtimeMs),
      identity: `${found.ino}:${found.mtimeMs}:${found.size}`,
    };
  },

  read: path => whereThere(async () => new Uint8Array(await readFile(path))),

  async walk(folder, entersFolder) {
    const entries = (await whereThere(() => readdir(folder, { withFileTypes: true }))) ?? [];
    const found = await Promise.all(
      entries.map(async entry => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entersFolder(entry.name) ? this.walk(path, entersFolder) : [];
        const facts = entry.isFile() ? await this.facts(path) : undefined;
        return facts === undefined ? [] : [{ path, facts }];
      }),
    );
    return found.flat();
  },
};

/** How names of files begin that a crash may leave behind; a log listing passes them over. */
export const temporaryPrefix = '.playhead-';

async function openFor(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    throw storageError(error, path);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await openFor(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

const openFilesMax = 32;

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(openFilesMax, items.length) }, worker));
}

/** The result, or undefined when there is no such file or folder. */
async function whereThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed write means to a person. */
export function storageError(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PlayheadError({
        code: 'DATA_NOT_WRITABLE',
        at: path,
        message: 'no permission to write here',
        hint: 'give this user the right to write the folder, or choose another one',
        cause: error,
      });
    case 'EEXIST':
    case 'ENOTDIR':
      return new PlayheadError({
        code: 'DATA_NOT_WRITABLE',
        at: path,
        message: 'a file stands where a folder is needed',
        cause: error,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new PlayheadError({
        code: 'DATA_DISK_FULL',
        at: path,
        message: 'the disk is full; nothing was committed',
        hint: 'free some space and run again',
        cause: error,
      });
    default:
      return error;
  }
}

/** The local file system, unobserved. */
export const localStore: Store = createLocalStore();

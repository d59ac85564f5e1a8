import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Keeps an empty PGlite's data folder: starting from it takes a second, making one anew several. */
export class DataDirStore {
  private readonly folder: string;
  private readonly file: string;

  constructor(folder: string = defaultFolder()) {
    this.folder = folder;
    this.file = join(folder, 'pglite-0.5.16.tar');
  }

  /** Nothing where there is none yet, or where somebody else could have written it. */
  async read(): Promise<ArrayBuffer | undefined> {
    try {
      const { mode, uid } = await stat(this.file);
      const isOurs = process.getuid === undefined || uid === process.getuid();
      if (!isOurs || (mode & 0o022) !== 0) return undefined;
      const bytes = await readFile(this.file);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    } catch {
      return undefined;
    }
  }

  /** Best effort: without it the next start is slower, and nothing else. */
  async write(bytes: Buffer): Promise<void> {
    const fresh = `${this.file}.${randomUUID()}`;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeFile(fresh, bytes, { mode: 0o600 });
      await rename(fresh, this.file);
    } catch {
      await rm(fresh, { force: true }).catch(() => undefined);
    }
  }
}

function defaultFolder(): string {
  const chosen = process.env['PLAYHEAD_NATIVE_CACHE'];
  return chosen ? chosen : join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cube-native-portable');
}

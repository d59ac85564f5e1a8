import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson, readText, replaceText } from './files.js';

const entrySchema = z.object({
  size: z.number(),
  modified_ms: z.number(),
  /** The line of the failure, where the file could not be used. */
  failure: z.string().nullable(),
});
const seenSchema = z.record(z.string(), entrySchema);
type Seen = z.infer<typeof entrySchema>;

/** Files that were looked at before: one is looked at again only when its size or time of change is another. */
export interface SeenFiles {
  /** Those that are new or changed, and have not been written to for `settleMs`. Folders are always among them. */
  unseen(paths: readonly string[], nowMs: number, settleMs: number): Promise<string[]>;
  /** Remembers that a file was taken in, or why it could not be. */
  remember(path: string, failure: string | null): Promise<void>;
}

/** Only spares work: content that comes again is told by its hash when it is taken in, whatever is remembered here. */
export async function readSeenFiles(folder: string): Promise<SeenFiles> {
  const file = join(folder, '.playhead-seen-files.json');
  let seen: Readonly<Record<string, Seen>> = seenSchema.catch({}).parse(parseJson(await readText(file)));
  const looks = new Map<string, Omit<Seen, 'failure'>>();
  return {
    unseen: async (paths, nowMs, settleMs) => {
      const fresh: string[] = [];
      for (const path of paths) {
        const facts = await stat(path).catch(() => undefined);
        if (facts === undefined) continue; // taken away since it was listed
        if (facts.isDirectory()) {
          fresh.push(path);
          continue;
        }
        const look = { size: facts.size, modified_ms: facts.mtimeMs };
        const before = seen[path];
        if (before?.size === look.size && before.modified_ms === look.modified_ms) continue;
        if (nowMs - look.modified_ms < settleMs) continue;
        looks.set(path, look);
        fresh.push(path);
      }
      return fresh;
    },
    remember: async (path, failure) => {
      const look = looks.get(path);
      if (look === undefined) return;
      seen = { ...seen, [path]: { ...look, failure } };
      await replaceText(file, JSON.stringify(seen));
    },
  };
}

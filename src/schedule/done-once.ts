import { join } from 'node:path';
import { z } from 'zod';
import { parseJson, readText, replaceText } from './files.js';

const doneSchema = z.record(z.string(), z.string());

/** Things that are done once for each period, whatever is restarted in between. */
export interface DoneOnce {
  /** Whether the thing was done for the period that ends with this day (`YYYY-MM-DD`), or for a later one. */
  isDone(thing: string, lastDay: string): boolean;
  /** Fails where nothing could be remembered: to be asked before what must not be done twice. @throws DATA_NOT_WRITABLE, DATA_DISK_FULL */
  assertWritable(): Promise<void>;
  /** @throws DATA_NOT_WRITABLE, DATA_DISK_FULL */
  remember(thing: string, lastDay: string): Promise<void>;
}

/** Reads what a data folder remembers of them; nothing where the file is missing or not to be understood. */
export async function readDoneOnce(folder: string): Promise<DoneOnce> {
  const path = join(folder, '.playhead-done.json');
  let done: Readonly<Record<string, string>> = doneSchema.catch({}).parse(parseJson(await readText(path)));
  const write = () => replaceText(path, `${JSON.stringify(done, null, 2)}\n`);
  return {
    isDone: (thing, lastDay) => (done[thing] ?? '') >= lastDay,
    assertWritable: write,
    remember: async (thing, lastDay) => {
      done = { ...done, [thing]: lastDay };
      await write();
    },
  };
}

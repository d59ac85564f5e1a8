import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { type FinishedRun, type JobLake, openJobLake, readRunHistory } from '#job';

export interface ServedLake extends Pick<JobLake, 'lake' | 'engine'> {
  /** The newest finished run: its tables are served. */
  readonly served: FinishedRun;
}

/** Opens the data folder for a look at what is served, and closes it after. @throws DATA_NOT_FOUND */
export async function withServedRun<T>(config: Config, look: (at: ServedLake) => Promise<T>): Promise<T> {
  const folder = assertDataFolder(config);
  const { lake, engine, close } = await openJobLake(config);
  try {
    const { finished } = await readRunHistory(lake, engine);
    if (finished === undefined) {
      throw new PlayheadError({
        code: 'DATA_NOT_FOUND',
        at: folder,
        message: 'no run of the job has finished here',
        hint: 'run `playhead sessionize` first',
      });
    }
    return await look({ lake, engine, served: finished });
  } finally {
    await close();
  }
}

/** The data folder, which is there. @throws DATA_NOT_FOUND */
export function assertDataFolder(config: Config): string {
  const folder = resolve(config.data);
  if (existsSync(folder)) return folder;
  throw new PlayheadError({
    code: 'DATA_NOT_FOUND',
    at: folder,
    message: 'the data folder does not exist',
    hint: 'name another one with --data, or fill it with `playhead ingest <files>`',
  });
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import {
  assertDataFolderMeant,
  type FinishedRun,
  type JobLake,
  openJobLake,
  readFinishedRun,
  readRunHistory,
} from '#job';

export interface ServedLake extends Pick<JobLake, 'lake' | 'engine'> {
  /** The newest finished run, whose tables are served, or the one that was asked for. */
  readonly served: FinishedRun;
}

/**
 * Opens the data folder for a look at what is served, or at what the run of a number serves, and closes it after.
 * @throws DATA_NOT_FOUND where there is no such run
 */
export async function withServedRun<T>(
  config: Config,
  look: (at: ServedLake) => Promise<T>,
  sequence?: number,
): Promise<T> {
  const folder = assertDataFolder(config);
  const { lake, engine, close } = await openJobLake(config);
  try {
    const finished =
      sequence === undefined
        ? (await readRunHistory(lake, engine)).finished
        : await readFinishedRun(lake, engine, sequence);
    if (finished === undefined) {
      throw new PlayheadError({
        code: 'DATA_NOT_FOUND',
        at: folder,
        message:
          sequence === undefined ? 'no run of the job has finished here' : `no run ${sequence} has finished here`,
        hint: 'run `playhead sessionize` first',
      });
    }
    return await look({ lake, engine, served: finished });
  } finally {
    await close();
  }
}

/** The data folder, which is there. @throws DATA_NOT_FOUND, CONFIG_INVALID where the tables are in a catalog */
export function assertDataFolder(config: Config): string {
  assertDataFolderMeant(config);
  const folder = resolve(config.data);
  if (existsSync(folder)) return folder;
  throw new PlayheadError({
    code: 'DATA_NOT_FOUND',
    at: folder,
    message: 'the data folder does not exist',
    hint: 'name another one with --data, or fill it with `playhead ingest <files>`',
  });
}

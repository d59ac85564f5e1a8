import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import {
  assertDataFolderMeant,
  type FinishedRun,
  type JobLake,
  openJobLake,
  openRunLake,
  type RunLake,
  readFinishedRun,
  readRunHistory,
} from '#job';

export interface ServedLake extends RunLake {
  /** The newest finished run, whose tables are served, or the one that was asked for. */
  readonly served: FinishedRun;
}

export interface WhichRun {
  /** Number of the run; the newest without it. */
  readonly sequence?: number | undefined;
  /** Aborting it ends what runs at the other end of a connection. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the tables, in a data folder or a catalog, for a look at what is served, or at what the run of a number serves, and
 * closes them after. @throws DATA_NOT_FOUND where there is no such run, ENGINE_...
 */
export async function withServedRun<T>(
  config: Config,
  look: (at: Pick<ServedLake, 'lake' | 'engine' | 'served'>) => Promise<T>,
  { sequence, signal }: WhichRun = {},
): Promise<T> {
  assertTables(config);
  const { lake, engine, close } = await openRunLake(config, signal);
  try {
    const place = config.engine.kind === 'duckdb' ? resolve(config.data) : lake.place;
    return await look({ lake, engine, served: await finishedRun({ lake, engine, place }, sequence) });
  } finally {
    await close();
  }
}

/** The same where only a data folder will do. @throws DATA_NOT_FOUND, CONFIG_INVALID where the tables are in a catalog */
export async function withServedFolder<T>(
  config: Config,
  look: (at: Pick<JobLake, 'lake' | 'engine'> & { readonly served: FinishedRun }) => Promise<T>,
): Promise<T> {
  const place = assertDataFolder(config);
  const { lake, engine, close } = await openJobLake(config);
  try {
    return await look({ lake, engine, served: await finishedRun({ lake, engine, place }, undefined) });
  } finally {
    await close();
  }
}

async function finishedRun(
  { lake, engine, place }: Pick<RunLake, 'lake' | 'engine'> & { readonly place: string },
  sequence: number | undefined,
): Promise<FinishedRun> {
  const finished =
    sequence === undefined
      ? (await readRunHistory(lake, engine)).finished
      : await readFinishedRun(lake, engine, sequence);
  if (finished !== undefined) return finished;
  throw new PlayheadError({
    code: 'DATA_NOT_FOUND',
    at: place,
    message: sequence === undefined ? 'no run of the job has finished here' : `no run ${sequence} has finished here`,
    hint: 'run `playhead sessionize` first',
  });
}

/** A catalog says by itself what it lacks; a data folder that is not there would be made. @throws DATA_NOT_FOUND */
export function assertTables(config: Config): void {
  if (config.engine.kind === 'duckdb') assertDataFolder(config);
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

import { join } from 'node:path';
import type { Config } from '#config';
import { columnComment } from '#tables';
import { DuckdbEngine, type FolderLake, openLake } from '#warehouse';

/** An engine with the configured limits, and the lake of the data folder. */
export interface JobLake {
  readonly engine: DuckdbEngine;
  readonly lake: FolderLake;
  close(): Promise<void>;
}

/** Opens the data folder for work. What does not fit into memory spills into it. */
export async function openJobLake(config: Pick<Config, 'data' | 'engine'>): Promise<JobLake> {
  const { threads, memory_limit } = config.engine;
  const engine = await DuckdbEngine.open({
    threads,
    memoryLimit: memory_limit,
    temporaryFolder: join(config.data, '.tmp'),
  });
  const lake = openLake({ folder: config.data, engine, comment: columnComment });
  return { engine, lake, close: () => engine.close() };
}

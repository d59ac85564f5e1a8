import { join } from 'node:path';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { columnComment } from '#tables';
import {
  type CatalogLake,
  DuckdbEngine,
  type Engine,
  type FolderLake,
  type Lake,
  openCatalogLake,
  openLake,
  openSparkEngine,
} from '#warehouse';
import { sparkOptionsOf } from './spark-options.js';

/** An engine with the configured limits, and the lake of the data folder. */
export interface JobLake {
  readonly engine: DuckdbEngine;
  readonly lake: FolderLake;
  close(): Promise<void>;
}

/** Opens the data folder for work. What does not fit into memory spills into it. @throws CONFIG_INVALID where the tables are in a catalog */
export async function openJobLake(config: Pick<Config, 'data' | 'engine'>): Promise<JobLake> {
  assertDataFolderMeant(config);
  const { threads, memory_limit } = config.engine;
  const engine = await DuckdbEngine.open({
    threads,
    memoryLimit: memory_limit,
    temporaryFolder: join(config.data, '.tmp'),
  });
  const lake = openLake({ folder: config.data, engine, comment: columnComment });
  return { engine, lake, close: () => engine.close() };
}

/** Whoever would look into the data folder finds other tables than those of the catalog, or none. @throws CONFIG_INVALID */
export function assertDataFolderMeant({ engine }: Pick<Config, 'engine'>): void {
  if (engine.kind === 'duckdb') return;
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: `engine.kind: ${engine.kind}`,
    message: 'this works on a data folder, and the tables are in a catalog',
    hint: 'ask the engine by SQL, or Cube over it (docs/at-scale.md), which `serve` and `report` take as serve.cube_url',
  });
}

/** What the job runs on: the data folder, or a catalog's schema at the other end of a connection. */
export interface RunLake {
  readonly engine: Engine;
  readonly lake: Lake;
  close(): Promise<void>;
}

/** Opens what `engine.kind` says. @throws ENGINE_..., TABLE_NOT_FOUND where the schema does not exist */
export async function openRunLake(
  config: Pick<Config, 'data' | 'engine' | 'secrets'>,
  signal?: AbortSignal,
): Promise<RunLake> {
  return (await openCatalog(config, signal)) ?? openJobLake(config);
}

/** A connection to Databricks or Spark, and the lake of the configured schema. */
export interface CatalogRunLake extends RunLake {
  readonly lake: CatalogLake;
}

/** The same where the engine has a catalog; undefined for DuckDB. @throws ENGINE_..., TABLE_NOT_FOUND where the schema does not exist */
export async function openCatalog(
  config: Pick<Config, 'engine' | 'secrets'>,
  signal?: AbortSignal,
): Promise<CatalogRunLake | undefined> {
  const options = sparkOptionsOf(config, signal);
  if (options === undefined || config.engine.kind === 'duckdb') return undefined;
  const { catalog, schema } = config.engine;
  const engine = await openSparkEngine(options);
  const lake = openCatalogLake({ engine, catalog, schema, comment: columnComment });
  return { engine, lake, close: () => engine.close() };
}

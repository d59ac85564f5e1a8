import type { Config } from '#config';
import { resolveMapping } from '#events';
import { tables } from '#tables';
import type { CatalogLake, Engine, Workspace } from '#warehouse';
import { parseTableName } from './table-name.js';
import { tablePlace } from './table-place.js';
import { type IngestedInput, takeInOne } from './take-in-one.js';

export interface IngestTablesOptions {
  readonly lake: CatalogLake;
  readonly engine: Engine;
  readonly config: Config;
  /** `catalog.schema.table` or `schema.table`. */
  readonly tables: readonly string[];
  /** Wins over `mapping.preset` of the configuration. */
  readonly preset?: string | undefined;
  /** Reads every row of the tables, and adds what is not there yet: where their history no longer tells what is new. */
  readonly isWhole?: boolean | undefined;
  readonly clock: () => Date;
  /** Told after each step of each table, in thousandths of a table. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const perTable = 1000;

/**
 * Takes tables of the catalog into `events` and `events_rejected`: of a Delta table what came since the last ingest, of anything
 * else what is not there yet. An ingest that was killed is completed first. Tables before the one that fails stay taken in.
 * @throws DATA_LOCKED, TABLE_NOT_FOUND, INPUT_..., MAPPING_UNKNOWN_FIELD, PRESET_UNKNOWN, ENGINE_...
 */
export async function ingestTables(options: IngestTablesOptions): Promise<IngestedInput[]> {
  const { lake, engine, config, isWhole = false, onProgress } = options;
  const mapping = resolveMapping(config.mapping, options.preset);
  for (const name of options.tables) parseTableName(name);
  const lock = await lake.lock();
  let opened: Promise<Workspace> | undefined;
  const workspace = () => {
    opened ??= lake.workspace();
    return opened;
  };
  const place = tablePlace({ engine, lake, mapping, isWhole, workspace });
  const results: IngestedInput[] = [];
  const total = options.tables.length * perTable;
  try {
    await lake.widen([tables.events, tables.events_rejected]);
    for (const [i, name] of options.tables.entries()) {
      const onStep = (share: number) => onProgress?.(Math.round((i + share) * perTable), total);
      const context = { ...options, mapping, onStep };
      for (;;) {
        const input = await place.open(name);
        const result = await takeInOne(input, place, context);
        // What came since an interrupted ingest was begun is an ingest of its own.
        if (input.progress?.isResumed !== true) {
          if (!result.isRepeat || !results.some(({ source }) => source === name)) results.push(result);
          break;
        }
        results.push(result);
      }
    }
    onProgress?.(total, total);
    return results;
  } finally {
    await (await opened)?.close();
    await lock.release();
  }
}

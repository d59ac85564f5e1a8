import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DuckDBDriver } from '@cubejs-backend/duckdb-driver';
import type { CompilerApiOptions } from '@cubejs-backend/server-core';
import { z } from 'zod';
import { LeanCompiler } from '../../src/cube/compiler.js';
import { SnapshotDialect } from '../../src/cube/dialect.js';
import { readModels } from '../../src/cube/models.js';

// CommonJS and not exported by name, as in src/cube/question.ts.
const { normalizeQuery, remapToQueryAdapterFormat }: typeof import('@cubejs-backend/api-gateway/dist/src/query.js') =
  createRequire(import.meta.url)('@cubejs-backend/api-gateway/dist/src/query.js');

const folder = fileURLToPath(new URL('../../model', import.meta.url));

function compilerWith(options: CompilerApiOptions): LeanCompiler {
  const repository = { localPath: () => folder, dataSchemaFiles: () => readModels(folder) };
  return new LeanCompiler(repository, async () => 'duckdb', {
    logger: () => {},
    preAggregationsSchema: 'rollups',
    schemaVersion: async () => 'models of this test',
    contextToGroups: () => ['admin'],
    compileContext: {},
    ...options,
  });
}

/** The models as `playhead serve` compiles them: rollups in DuckDB. */
export const embeddedCompiler = (): LeanCompiler =>
  compilerWith({
    externalDbType: 'duckdb',
    // @ts-expect-error Cube's typings name an instance; its code calls `new` on what it gets.
    dialectClass: () => SnapshotDialect,
    // @ts-expect-error As above.
    externalDialectClass: SnapshotDialect,
  });

/** The models as Cube's own image compiles them with CUBEJS_CUBESTORE_HOST: none of our dialect is there. */
export const cubeStoreCompiler = (): LeanCompiler =>
  compilerWith({
    externalDbType: 'cubestore',
    // @ts-expect-error As above.
    dialectClass: () => DuckDBDriver.dialectClass(),
  });

/** A question as a client sends it, as Cube's gateway hands it to the compiler. */
export const asPlanned = (query: object) => remapToQueryAdapterFormat(normalizeQuery(query, false));

export const planned = z.looseObject({
  external: z.boolean(),
  sql: z.tuple([z.string(), z.array(z.unknown())]),
  preAggregations: z.array(
    z.looseObject({
      preAggregationId: z.string(),
      tableName: z.string(),
      createTableIndexes: z.array(z.looseObject({ indexName: z.string(), columns: z.array(z.string()) })),
      aggregationsColumns: z.array(z.string()),
      loadSql: z.tuple([z.string(), z.array(z.unknown())]),
    }),
  ),
});

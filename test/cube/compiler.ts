import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CompilerApiOptions, DatabaseType } from '@cubejs-backend/server-core';
import { z } from 'zod';
import cubeConfig from '../../cube.js';
import { LeanCompiler } from '../../src/cube/compiler.js';
import { SnapshotDialect } from '../../src/cube/dialect.js';
import { readModels } from '../../src/cube/models.js';

// CommonJS and not exported by name, as in src/cube/question.ts.
const { normalizeQuery, remapToQueryAdapterFormat }: typeof import('@cubejs-backend/api-gateway/dist/src/query.js') =
  createRequire(import.meta.url)('@cubejs-backend/api-gateway/dist/src/query.js');

const folder = fileURLToPath(new URL('../../model', import.meta.url));

function compilerWith(options: CompilerApiOptions, source: DatabaseType = 'duckdb'): LeanCompiler {
  const repository = { localPath: () => folder, dataSchemaFiles: () => readModels(folder) };
  return new LeanCompiler(repository, async () => source, {
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

/** The models as Cube's own image compiles them with CUBEJS_CUBESTORE_HOST and a CUBEJS_DB_TYPE: by cube.js. */
export const cubeStoreCompiler = (source: 'duckdb' | 'databricks-jdbc' = 'duckdb'): LeanCompiler =>
  compilerWith(
    {
      externalDbType: 'cubestore',
      dialectClass: context => cubeConfig.dialectFactory({ ...context, securityContext: {}, requestId: 'test' }),
    },
    source,
  );

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

import { createRequire } from 'node:module';
import { withExactNumbers } from './dist/cube/exact-numbers.js';
import { withLiteralText } from './dist/cube/literal-text.js';

/**
 * For Cube's own image and command line: serves model/ from a warehouse, at scale (docs/at-scale.md, deploy/at-scale).
 * `playhead serve` does not read this file; it boots Cube over the Delta folder itself (src/cube).
 *
 * The source comes from the environment: CUBEJS_DB_TYPE=databricks-jdbc with CUBEJS_DB_DATABRICKS_URL and _TOKEN, or
 * DuckDB with CUBEJS_DB_DUCKDB_DATABASE_PATH. The schema must hold the tables of the job, and the view of
 * deploy/at-scale/snapshot.sql, which the refresh keys of the models read.
 */
process.env.CUBEJS_DB_TYPE ??= 'duckdb';
// The portable add-on has no Tesseract; pinned everywhere, so that answers never differ by machine.
process.env.CUBEJS_TESSERACT_SQL_PLANNER ??= 'false';

const isDivided = process.env.PLAYHEAD_TENANTS === 'by_video';

const require = createRequire(import.meta.url);
const dialects = {
  duckdb: () =>
    withLiteralText(withExactNumbers(require('@cubejs-backend/duckdb-driver').DuckDBDriver.dialectClass(), 'EXCLUDE')),
  // The driver itself would start Java.
  'databricks-jdbc': () =>
    withExactNumbers(
      require('@cubejs-backend/databricks-jdbc-driver/dist/src/DatabricksQuery.js').DatabricksQuery,
      'EXCEPT',
    ),
};
const made = new Map();

export default {
  dialectFactory: ({ dbType }) => {
    const make = dialects[dbType];
    if (make === undefined) throw new Error(`CUBEJS_DB_TYPE is ${dbType}: set databricks-jdbc or duckdb`);
    if (!made.has(dbType)) made.set(dbType, make());
    return made.get(dbType);
  },
  /** The group of the models' access policies; the same rule as in src/cube/access.ts, with analysts who see no users. */
  contextToGroups: ({ securityContext }) => {
    const { role, tenant } = securityContext ?? {};
    const group = role === 'admin' || role === 'service' ? role : 'analyst';
    if (!isDivided) return [group];
    return typeof tenant === 'string' && tenant !== '' ? [`tenant_${group}`] : [];
  },
};

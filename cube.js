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

export default {
  /** The group of the models' access policies; the same rule as in src/cube/access.ts, with analysts who see no users. */
  contextToGroups: ({ securityContext }) => {
    const { role, tenant } = securityContext ?? {};
    const group = role === 'admin' || role === 'service' ? role : 'analyst';
    if (!isDivided) return [group];
    return typeof tenant === 'string' && tenant !== '' ? [`tenant_${group}`] : [];
  },
};

/**
 * For Cube's own image and command line: serves model/ from a warehouse, at scale (DESIGN.md section 1).
 * `playhead serve` does not read this file; it boots Cube over the Delta folder itself (src/cube).
 *
 * The source comes from the environment: CUBEJS_DB_TYPE=databricks-jdbc with CUBEJS_DB_DATABRICKS_URL and _TOKEN, or
 * DuckDB with CUBEJS_DB_DUCKDB_DATABASE_PATH. The catalogue must hold the tables of the job, and one view that the
 * refresh keys of the models read:
 *
 *   CREATE VIEW snapshot AS
 *   SELECT run_id, sequence, finished_at AS committed_at, table_versions
 *   FROM job_runs WHERE state = 'finished' ORDER BY sequence DESC LIMIT 1
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

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CubejsServerCore } from '@cubejs-backend/server-core';
import { expect, it } from 'vitest';
import { configSchema } from '#config';
import { LeanCompiler } from '../../src/cube/compiler.js';
import { applyEnvironment, cubeEnvironment } from '../../src/cube/environment.js';
import { readModels } from '../../src/cube/models.js';

const folder = fileURLToPath(new URL('../../model', import.meta.url));

/** Compiles as `playhead serve` does. */
class LeanCore extends CubejsServerCore {
  protected override createCompilerApi(
    ...[repository, options = {}]: Parameters<CubejsServerCore['createCompilerApi']>
  ): LeanCompiler {
    return new LeanCompiler(repository, options.dbType, this.createCompilerApiOptions(options));
  }
}

async function compiled(Core: typeof CubejsServerCore, repository: object) {
  const core = new Core({
    apiSecret: 'secret-of-this-test',
    telemetry: false,
    scheduledRefreshTimer: false,
    externalDbType: 'duckdb',
    driverFactory: () => ({ type: 'duckdb' }),
    logger: () => {},
    ...repository,
  });
  const compiler = await core.getCompilerApi({ securityContext: {}, requestId: 'test' });
  const meta = await compiler.metaConfig({ securityContext: {}, requestId: 'test' }, { requestId: 'test' });
  const rollups = await compiler.preAggregations();
  const range: [string, string] = ['2026-01-01', '2026-01-02'];
  const queries = [
    { measures: ['sessions.completion_rate', 'sessions.play_count'], dimensions: ['videos.title'], timezone: 'UTC' },
    { measures: ['sessions.unique_viewers'], dimensions: ['sessions.session_id'], timezone: 'UTC' },
    {
      measures: ['video_retention.first_bucket_retention_ratio'],
      dimensions: ['video_retention.bucket'],
      timezone: 'UTC',
    },
    { measures: ['impressions.play_rate'], dimensions: ['impressions.video_id'], timezone: 'UTC' },
    { measures: ['data_quality.failed_rule_count'], segments: ['data_quality.latest_run'], timezone: 'UTC' },
    { measures: ['job_runs.last_finished_at'], timezone: 'UTC' },
    { measures: ['video_funnel.funnel_rate'], segments: ['video_funnel.new_to_viewer'], timezone: 'UTC' },
    {
      measures: ['viewing_trends.watch_time_7d_s', 'viewing_trends.session_count_28d'],
      dimensions: ['viewing_trends.title'],
      timeDimensions: [{ dimension: 'viewing_trends.started_at', granularity: 'day' as const, dateRange: range }],
      timezone: 'UTC',
    },
  ];
  const statements = [];
  for (const query of queries) statements.push((await compiler.getSql(query)).sql);
  const rollupNames = rollups.map(rollup => [rollup.id, rollup.references]);
  await core.shutdown();
  // Where a member is written is all that may differ.
  const text = JSON.stringify({ meta, rollupNames, statements }, (key, item) =>
    key === 'fileName' ? undefined : item,
  );
  return JSON.parse(text) as unknown;
}

it('the cubes as handed to Cube mean what their YAML means', async () => {
  const restore = applyEnvironment(cubeEnvironment(configSchema.parse({})));
  try {
    const fromYaml = await compiled(CubejsServerCore, { schemaPath: relative(process.cwd(), folder) });
    const fromSource = await compiled(LeanCore, {
      repositoryFactory: () => ({ localPath: () => folder, dataSchemaFiles: () => readModels(folder) }),
    });
    expect(fromSource).toEqual(fromYaml);
  } finally {
    restore();
  }
}, 300_000);

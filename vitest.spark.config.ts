import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Minutes of processor each, for what the others prove in the main: `npm run test:spark:whole`, by hand and not in CI. */
const long = ['ingest', 'models'].map(name => `test/spark/${name}.test.ts`);
const isWhole = process.env['PLAYHEAD_SPARK_WHOLE'] !== undefined;

/** Needs more than npm: see test/spark/README.md. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/spark/**/*.test.ts'],
    exclude: isWhole ? [] : long,
    globalSetup: ['test/spark/thrift-server.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 1_200_000,
    env: { TZ: 'UTC' },
    reporters: reporters('spark'),
  },
});

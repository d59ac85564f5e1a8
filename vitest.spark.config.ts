import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Needs more than npm: see test/spark/README.md. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/spark/**/*.test.ts'],
    globalSetup: ['test/spark/thrift-server.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 1_200_000,
    env: { TZ: 'UTC' },
    reporters: reporters('spark'),
  },
});

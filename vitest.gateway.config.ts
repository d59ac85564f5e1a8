import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** The gateway against suites that others wrote. Needs more than npm: see test/gateway-suites/README.md. */
export default defineConfig({
  resolve: {
    conditions: ['source'],
    // As in vitest.config.ts.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/gateway-suites/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    // As in vitest.config.ts.
    isolate: false,
    setupFiles: ['test/between-files.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    env: { TZ: 'UTC' },
    reporters: reporters('gateway'),
  },
});

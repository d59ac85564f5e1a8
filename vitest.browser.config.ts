import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Needs more than npm: see test/browser/README.md. */
export default defineConfig({
  resolve: {
    conditions: ['source'],
    // As in vitest.config.ts.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    // As in vitest.config.ts.
    isolate: false,
    setupFiles: ['test/between-files.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    env: { TZ: 'UTC' },
    reporters: reporters('browser'),
  },
});

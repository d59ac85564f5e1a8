import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Needs more than npm: see test/clients/README.md. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/clients/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    env: { TZ: 'UTC' },
    reporters: reporters('clients'),
  },
});

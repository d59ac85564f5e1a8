import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Needs more than npm: see test/interop/README.md. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/interop/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 300_000,
    env: { TZ: 'UTC' },
    reporters: reporters('interop'),
  },
});

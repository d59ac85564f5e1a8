import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Not the suite of `npm test`. */
const excluded = [
  '**/node_modules/**',
  '**/dist/**',
  'test/browser/**',
  'test/clients/**',
  'test/gateway-suites/**',
  'test/fuzz/postgres/**',
  'test/spark/**',
  'packages/interop/**',
];

/** Set Cube up by its environment, which Cube reads once a process. */
const alone = ['test/deploy/cube-image.test.ts'];

/** The suite of `npm test`: needs nothing but the npm registry. Suites that need more have their own vitest.<name>.config.ts. */
export default defineConfig({
  resolve: {
    conditions: ['source'],
    // Node takes graphql's CommonJS entry and vite its ES one: two copies that refuse each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['test/between-files.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC' },
    reporters: reporters('unit'),
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: [...excluded, ...alone],
          // Two processes for all files: Cube, PGlite and DuckDB are loaded, and warmed up, twice instead of once a file.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});

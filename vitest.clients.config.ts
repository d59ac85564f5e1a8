import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** Kinds of client (`psql`, `python,jdbc`, `fuzz`, ...), or all. Needs more than npm: see test/clients/README.md. */
const wanted = process.env['CLIENT'] ?? '';
const kinds = wanted === '' ? ['*', 'fuzz'] : wanted.split(',');
const asking = kinds.filter(kind => kind !== 'fuzz');

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      ...asking.map(kind => `test/clients/${kind}.test.ts`),
      ...(kinds.includes('fuzz') ? ['test/fuzz/postgres/*.test.ts'] : []),
    ],
    globalSetup: asking.length > 0 ? ['test/clients/one-product.ts'] : [],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A busy machine starts PGlite slowly, and a client that waits is not what is tested here.
    env: { TZ: 'UTC', CUBE_SQL_CATALOG_MS_MAX: '120000' },
    reporters: reporters(`clients-${wanted}`),
  },
});

import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** One kind of client (`psql`, `python`, `jdbc`, `fuzz`, ...), or all. Needs more than npm: see test/clients/README.md. */
const client = process.env['CLIENT'] ?? '';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      ...(client === 'fuzz' ? [] : [`test/clients/${client}*.test.ts`]),
      ...(client === 'fuzz' || client === '' ? ['test/fuzz/postgres/*.test.ts'] : []),
    ],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A busy machine starts PGlite slowly, and a client that waits is not what is tested here.
    env: { TZ: 'UTC', CUBE_SQL_CATALOG_MS_MAX: '120000' },
    reporters: reporters(`clients-${client}`),
  },
});

import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

/** One engine's part of the suite (`delta-rs`, `chdb`, `spark`), or all. Needs more than npm: see packages/interop/README.md. */
const engine = process.env['INTEROP_ENGINE'] ?? '';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [`packages/interop/test/${engine}*.test.ts`],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    env: { TZ: 'UTC' },
    reporters: reporters(`interop-${engine}`),
  },
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startProduct } from '../doors/product.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The product that all clients ask: its port of SQL, and the folder that its demo data is in. */
    readonly served: { readonly sqlPort: number; readonly folder: string };
  }
}

/** One product with demo data for all kinds of client: they only read, and making it takes longer than to ask it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'playhead-clients-'));
  const product = await startProduct(['node', 'bin/playhead.mjs', 'up'], folder, {
    TZ: 'UTC',
    // A busy machine starts PGlite slowly, and a client that waits is not what is tested here.
    CUBE_SQL_CATALOG_MS_MAX: '120000',
  });
  project.provide('served', { sqlPort: product.sqlPort, folder });
  return async () => {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

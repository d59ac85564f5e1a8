import { createRequire } from 'node:module';

type Library = typeof import('@duckdb/node-api');

let library: Library | undefined;

/**
 * DuckDB's library, read at its first use. Required, not imported: to find the names of an import, Node takes each of its
 * hundred files apart a second time, which costs a short command a sixth of a second.
 */
export function duckdbLibrary(): Library {
  const loaded: Library = library ?? createRequire(import.meta.url)('@duckdb/node-api');
  library = loaded;
  return loaded;
}

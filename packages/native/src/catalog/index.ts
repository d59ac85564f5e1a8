/** A real Postgres (PGlite, in a thread) for the catalogue, and for what is left of a statement once Cube has answered. */
export type { Answer } from './backend-frames.js';
export { Catalog, type CatalogLimits, type CatalogQuestion, type Place } from './catalog.js';
export { DataDirStore } from './data-dir-store.js';
export { buildCatalogDdl } from './ddl.js';

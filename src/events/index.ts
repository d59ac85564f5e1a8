/** Any source row becomes a canonical event or a row with the reason why not: files, mappings, presets. Builds SQL, runs none. */
export { type CanonicalColumn, canonicalColumns, canonicalNames } from './canonical.js';
export { catalogRows, videoIdSources } from './catalog.js';
export { emptyInput, unreadable } from './input/content.js';
export { csvBrokenColumn, csvLineColumn } from './input/csv.js';
export { findInputs } from './input/find.js';
export { type OpenedInput, openInput } from './input/open.js';
export { csvRows, describe, jsonRecords, parquetRows, stageAs } from './input/relation.js';
export { findPreset, type ResolvedMapping, resolveMapping } from './mapping.js';
export { type NormalizeOptions, normalize } from './normalize.js';
export type { Preset } from './preset.js';
export { presets } from './presets/index.js';
export { type RejectCode, rejectCodes } from './reject-codes.js';
export { type ColumnKind, columnNamed, type SourceRows } from './source-rows.js';

import { stat } from 'node:fs/promises';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { findInputs, type ResolvedMapping, resolveMapping } from '#events';
import type { Engine, Lake } from '#warehouse';
import { filePlace } from './file-place.js';
import { inScratchFolder } from './scratch-folder.js';
import { isTableName, tableWithoutCatalog } from './table-name.js';
import { type IngestedInput, type OnStep, takeInOne } from './take-in-one.js';

export interface IngestOptions {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly config: Config;
  /** Files, patterns, folders of Delta tables. */
  readonly files: readonly string[];
  /** Wins over `mapping.preset` of the configuration. */
  readonly preset?: string | undefined;
  readonly clock: () => Date;
  /** Told after each step of each input, in bytes of input. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/**
 * Takes files into `events` and `events_rejected`: one commit of each table per file, nothing of a file that fails. A file
 * whose content was taken in before adds nothing; one that was interrupted between the two commits is completed.
 * Files before the one that fails stay taken in. @throws INPUT_..., MAPPING_UNKNOWN_FIELD, PRESET_UNKNOWN, DELTA_..., DATA_NOT_WRITABLE, DATA_DISK_FULL
 */
export async function ingestFiles(options: IngestOptions): Promise<IngestedInput[]> {
  const mapping = resolveMapping(options.config.mapping, options.preset);
  const inputs = await findInputs(options.files).catch(error => {
    throw isMeantAsTable(error) ? tableWithoutCatalog(error.at) : error;
  });
  const sizes = await Promise.all(inputs.map(async path => (await stat(path)).size));
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  const results: IngestedInput[] = [];
  let doneBytes = 0;
  for (const [i, source] of inputs.entries()) {
    const size = sizes[i] ?? 0;
    const onStep = (share: number) => options.onProgress?.(doneBytes + Math.round(size * share), totalBytes);
    onStep(0);
    results.push(await ingestFile(source, mapping, options, onStep));
    doneBytes += size;
  }
  options.onProgress?.(totalBytes, totalBytes);
  return results;
}

/** No file has this name, and no file is likely to. */
const isMeantAsTable = (error: unknown): error is PlayheadError & { readonly at: string } =>
  error instanceof PlayheadError && error.code === 'INPUT_NOT_FOUND' && error.at !== undefined && isTableName(error.at);

async function ingestFile(
  source: string,
  mapping: ResolvedMapping,
  options: IngestOptions,
  onStep: OnStep,
): Promise<IngestedInput> {
  return inScratchFolder('playhead-ingest-', async scratchFolder => {
    const place = filePlace({ ...options, mapping, scratchFolder });
    return takeInOne(await place.open(source), place, { ...options, mapping, onStep });
  });
}

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '#config';
import { findInputs, type ResolvedMapping, resolveMapping } from '#events';
import type { Engine, Lake } from '#warehouse';
import { commitStaged } from './ingest-commit.js';
import { assertUsable } from './ingest-judge.js';
import { openSource, type SourceInput } from './ingest-source.js';
import { type Rejection, type StagedInput, stageInput } from './ingest-stage.js';
import { withoutOrder } from './insertion-order.js';

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

/** What became of one input. */
export interface IngestedInput {
  readonly source: string;
  /** The same content was taken in before: nothing was added. */
  readonly isRepeat: boolean;
  readonly readCount: number;
  readonly acceptedCount: number;
  /** Rows whose event is left out on purpose. */
  readonly ignoredCount: number;
  readonly rejectedCount: number;
  readonly rejectedByCode: Readonly<Record<string, number>>;
  /** The first few, by line. */
  readonly rejections: readonly Rejection[];
}

/**
 * Takes files into `events` and `events_rejected`: one commit of each table per file, nothing of a file that fails. A file
 * whose content was taken in before adds nothing; one that was interrupted between the two commits is completed.
 * Files before the one that fails stay taken in. @throws INPUT_..., MAPPING_UNKNOWN_FIELD, PRESET_UNKNOWN, DELTA_...
 */
export async function ingestFiles(options: IngestOptions): Promise<IngestedInput[]> {
  const mapping = resolveMapping(options.config.mapping, options.preset);
  const inputs = await findInputs(options.files);
  const sizes = await Promise.all(inputs.map(async path => (await stat(path)).size));
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  const results: IngestedInput[] = [];
  let doneBytes = 0;
  for (const [i, source] of inputs.entries()) {
    const size = sizes[i] ?? 0;
    const onStep = (share: number) => options.onProgress?.(doneBytes + Math.round(size * share), totalBytes);
    onStep(0);
    results.push(await ingestOne(source, mapping, options, onStep));
    doneBytes += size;
  }
  options.onProgress?.(totalBytes, totalBytes);
  return results;
}

/** What of the work on an input is behind once it is looked through, and once it is judged. */
const shares = { opened: 0.1, staged: 0.7 };

async function ingestOne(
  source: string,
  mapping: ResolvedMapping,
  { lake, engine, config, clock }: IngestOptions,
  onStep: (share: number) => void,
): Promise<IngestedInput> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'playhead-ingest-'));
  try {
    const input = await openSource(source, { scratchFolder, engine, lake });
    if (input.isRepeat) return repeated(source);
    onStep(shares.opened);
    const staged = await stageInput(input, { scratchFolder, engine, mapping, config, ingestedAt: clock() });
    onStep(shares.staged);
    await assertUsable(staged, { input, mapping, engine });
    await withoutOrder(engine, () => commitStaged(staged, { input, lake }));
    return summary(input, staged);
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

function summary(input: SourceInput, staged: StagedInput): IngestedInput {
  const { readCount, acceptedCount, ignoredCount, rejectedByCode, rejections } = staged;
  const rejectedCount = Object.values(rejectedByCode).reduce((sum, count) => sum + count, 0);
  return {
    source: input.source,
    isRepeat: false,
    readCount,
    acceptedCount,
    ignoredCount,
    rejectedCount,
    rejectedByCode,
    rejections,
  };
}

function repeated(source: string): IngestedInput {
  return {
    source,
    isRepeat: true,
    readCount: 0,
    acceptedCount: 0,
    ignoredCount: 0,
    rejectedCount: 0,
    rejectedByCode: {},
    rejections: [],
  };
}

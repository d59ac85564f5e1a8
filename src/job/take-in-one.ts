import type { Config } from '#config';
import type { ResolvedMapping } from '#events';
import type { Engine } from '#warehouse';
import { assertUsable } from './ingest-judge.js';
import type { IngestPlace, SourceInput } from './ingest-place.js';
import { stageInput } from './ingest-stage.js';
import type { Rejection, StagedInput } from './staged-input.js';

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

/** Told what share of the work on an input is behind. */
export type OnStep = (share: number) => void;

/** What of the work on an input is behind once it is looked through, and once it is judged. */
const shares = { opened: 0.1, staged: 0.7 };

export interface TakeInContext {
  readonly engine: Engine;
  readonly mapping: ResolvedMapping;
  readonly config: Config;
  readonly clock: () => Date;
  readonly onStep: OnStep;
}

/** An opened input into `events` and `events_rejected`: judged as a whole first, then committed. @throws INPUT_..., MAPPING_UNKNOWN_FIELD */
export async function takeInOne<Input extends SourceInput>(
  input: Input,
  place: Omit<IngestPlace<Input>, 'open'>,
  { engine, mapping, config, clock, onStep }: TakeInContext,
): Promise<IngestedInput> {
  if (input.isRepeat) return repeated(input.source);
  onStep(shares.opened);
  const staged = await stageInput(input, { place, engine, mapping, config, ingestedAt: clock() });
  onStep(shares.staged);
  await assertUsable(staged, { input, mapping, engine });
  await place.commit(staged, input);
  // Of a table that has moved on without new rows (it was tidied, say) there is as little to tell.
  return staged.readCount === 0 ? repeated(input.source) : summary(input, staged);
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

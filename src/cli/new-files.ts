import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { findInputs } from '#events';
import { ingestFiles, type JobLake } from '#job';
import type { SeenFiles } from '#schedule';

/** What the schedule takes in, where the configuration names it. */
type IngestConfig = Config['schedule']['ingest'];

/** The configured inputs that are new or changed; none yet is no failure of a schedule. */
export async function newFiles({ files, settle_s }: IngestConfig, seen: SeenFiles, now: Date): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of files) {
    try {
      found.push(...(await findInputs([pattern])));
    } catch (error) {
      if (!(error instanceof PlayheadError) || error.code !== 'INPUT_NOT_FOUND') throw error;
    }
  }
  return seen.unseen([...new Set(found)], now.getTime(), settle_s * 1000);
}

export interface TakeInOptions extends Pick<JobLake, 'lake' | 'engine'> {
  readonly config: Config;
  readonly files: readonly string[];
  readonly seen: SeenFiles;
  readonly clock: () => Date;
  readonly note: (line: string) => void;
  readonly isStopping: () => boolean;
}

/** What can only be wrong with one file: it is remembered and not tried again until it changes. */
const isOfTheFile = (code: string): boolean => code.startsWith('INPUT_') || code === 'MAPPING_UNKNOWN_FIELD';

/** Takes files in one by one, so that a broken one keeps no other from entering. @throws what is not the file's fault */
export async function takeInFiles(options: TakeInOptions): Promise<void> {
  const { lake, engine, config, files, seen, clock, note, isStopping } = options;
  const { preset } = config.schedule.ingest;
  for (const file of files) {
    if (isStopping()) return;
    try {
      const [input] = await ingestFiles({ lake, engine, config, preset, files: [file], clock });
      await seen.remember(file, null);
      if (input === undefined || input.isRepeat) continue;
      note(`${file}: ${input.acceptedCount} events accepted, ${input.rejectedCount} rows rejected`);
    } catch (error) {
      if (!(error instanceof PlayheadError) || !isOfTheFile(error.code)) throw error;
      await seen.remember(file, error.line);
      note(`${error.line}; left out until it changes`);
    }
  }
}

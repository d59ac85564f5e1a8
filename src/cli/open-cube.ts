import type { Config } from '#config';
import { assertDataFolderMeant } from '#job';
import type { CubeDoors } from './doors.js';

/** A Cube to ask. */
export interface OpenCube {
  readonly url: string;
  /** Its doors, where they are ours to announce. */
  readonly doors: CubeDoors | undefined;
  close(): Promise<void>;
}

/** Starts Cube in this process, unless the configuration names one that runs elsewhere. @throws PORT_IN_USE, MODEL_INVALID, CONFIG_INVALID where the tables are in a catalog */
export async function openCube(config: Config): Promise<OpenCube> {
  const elsewhere = config.serve.cube_url?.replace(/\/+$/, '');
  if (elsewhere !== undefined) return { url: elsewhere, doors: undefined, close: async () => undefined };
  assertDataFolderMeant(config);
  // Loaded here: Cube alone takes longer to load than most commands to run.
  const { startCube } = await import('#cube');
  const { url, sqlPort, close } = await startCube({ config });
  return { url, doors: { url, sqlPort }, close };
}

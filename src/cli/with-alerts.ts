import type { AlertStore } from '#alerts';
import type { Config } from '#config';
import { openJobLake } from '#job';
import { assertDataFolder } from './served-run.js';

/** Opens the data folder for a look at the incidents, and closes it after. @throws DATA_NOT_FOUND */
export async function withAlerts<T>(config: Config, look: (store: AlertStore) => Promise<T>): Promise<T> {
  assertDataFolder(config);
  const { lake, engine, close } = await openJobLake(config);
  try {
    return await look({ lake, engine });
  } finally {
    await close();
  }
}

import type { AlertStore } from '#alerts';
import type { Config } from '#config';
import { openRunLake } from '#job';
import { assertTables } from './served-run.js';

/** Opens the tables, in a data folder or a catalog, for a look at the incidents, and closes it after. @throws DATA_NOT_FOUND, ENGINE_... */
export async function withAlerts<T>(config: Config, look: (store: AlertStore) => Promise<T>): Promise<T> {
  assertTables(config);
  const { lake, engine, close } = await openRunLake(config);
  try {
    return await look({ lake, engine });
  } finally {
    await close();
  }
}

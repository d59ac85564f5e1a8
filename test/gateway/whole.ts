import { type CubeServer, startCube } from '#cube';
import { type Gateway, startGateway } from '#gateway';
import { runJob } from '#job';
import { explainServed } from '../../src/cli/explain-served.js';
import { type DataFolder, openDataFolder, type Reported } from '../job/data-folder.js';
import { memoryAlerts } from './alert-store.js';

/** Job, Cube and gateway over one data folder, put together as `playhead serve` does. */
export interface Whole {
  readonly folder: DataFolder;
  readonly cube: CubeServer;
  readonly gateway: Gateway;
  close(): Promise<void>;
}

/** One run of the job for each batch, at midnight of the first, second, ... of June 2026. */
export async function startWhole(batches: readonly (readonly Reported[])[], settings: object = {}): Promise<Whole> {
  const folder = await openDataFolder({
    ports: { gateway: 0, cube: 0, sql: 0 },
    serve: { rollups: false },
    ...settings,
  });
  const { lake, config } = folder;
  for (const [index, batch] of batches.entries()) {
    await folder.append(batch);
    const at = new Date(Date.UTC(2026, 5, index + 1));
    await runJob({ lake, engine: lake.engine, config, clock: () => at, mode: 'incremental' });
  }
  const cube = await startCube({ config, log: () => undefined });
  const services = { explainSession: explainServed(config), alerts: memoryAlerts([]) };
  const gateway = await startGateway({ config, cubeUrl: cube.url, services });
  return {
    folder,
    cube,
    gateway,
    close: async () => {
      await gateway.close();
      await cube.close();
      await folder.close();
    },
  };
}

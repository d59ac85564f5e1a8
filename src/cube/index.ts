/** Boots Cube over the lake: drivers, one frozen snapshot a job run, access, rollups. Knows nothing of the gateway. */
export type { CubeEvent, CubeLog } from './log.js';
export type { SnapshotInfo } from './served-run.js';
export { type CubeOptions, type CubeServer, startCube } from './server.js';

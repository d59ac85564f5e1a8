import type { Config } from '#config';
import type { TableName } from '#tables';
import type { Engine, Lake } from '#warehouse';

/** The run of the job whose tables are looked at. */
export interface ServedTables {
  readonly runId: string;
  readonly versions: Readonly<Partial<Record<TableName, number>>>;
  readonly newestReceivedUs: bigint | null;
  readonly newestEventUs: bigint | null;
}

/** What every condition gets. */
export interface LookContext {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly config: Pick<Config, 'quality' | 'alerts'>;
  readonly served: ServedTables;
  readonly now: Date;
}

export const dayUs = 86_400_000_000n;

/**
 * The end of what the data tells, in microseconds: its newest event, but never later than the newest arrival. A player
 * whose clock is years ahead would move every window to where no data is.
 */
export function dataTimeUs({ newestEventUs, newestReceivedUs }: ServedTables): bigint | undefined {
  if (newestEventUs === null) return undefined;
  return newestReceivedUs === null || newestEventUs < newestReceivedUs ? newestEventUs : newestReceivedUs;
}

/** The UTC day of an instant, `YYYY-MM-DD`. */
export const dayOf = (us: bigint): string => new Date(Number(us / 1000n)).toISOString().slice(0, 10);

export const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;

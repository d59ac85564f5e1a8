import type { Readable } from 'node:stream';
import { SqlError, sqlState } from '../postgres/index.js';

export type FedRow = Readonly<Record<string, unknown>>;

/** Rows that are read as fast as somebody takes them. Whoever does not read to the end closes it. */
export interface RowFeed {
  /** The next rows; none at the end. */
  next(): Promise<readonly FedRow[]>;
  close(): void;
}

const batchRows = 1000;

/**
 * Feeds from one of Cube's streams. `rowsMax` cuts what was asked for too much; without it, an end at `asked` rows would
 * be the source's cut and is an error.
 */
export function feedFrom(
  stream: Readable,
  { asked, rowsMax, release }: { asked: number; rowsMax: number | undefined; release: () => void },
): RowFeed {
  let failure: Error | undefined;
  let [rowCount, isOver] = [0, false];
  let wake = (): void => undefined;
  // A source that fails while nobody reads must not end the process.
  stream.on('error', error => {
    failure ??= error;
    wake();
  });
  for (const event of ['readable', 'end', 'close']) stream.on(event, () => wake());
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    stream.destroy();
    release();
  };
  const read = async (): Promise<readonly FedRow[]> => {
    const batch: FedRow[] = [];
    while (batch.length < batchRows && rowCount !== rowsMax) {
      const row: FedRow | null = stream.read();
      if (row !== null) {
        batch.push(row);
        rowCount += 1;
      } else if (batch.length > 0) return batch;
      else if (failure !== undefined) throw failure;
      else if (stream.readableEnded) break;
      else if (stream.destroyed) throw new Error('the stream was closed');
      else {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    }
    if (batch.length === batchRows) return batch;
    if (rowsMax === undefined && rowCount >= asked) throw new Error(`it gives no more than ${asked} rows`);
    close();
    return batch;
  };
  return {
    close,
    next: async () => {
      if (isOver) return [];
      try {
        return await read();
      } catch (error) {
        close();
        throw cutShort(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

const cutShort = (why: string): SqlError =>
  new SqlError(sqlState.internal, `the rows ended before their time: ${why}`, {
    detail: 'The source failed, or nobody read on for five minutes.',
  });

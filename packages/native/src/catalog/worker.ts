/**
 * A thread that holds one PGlite: a real Postgres for catalogue questions and for arithmetic over Cube's rows. It gets
 * frontend messages and answers backend messages; its main thread stays free meanwhile.
 */
import { parentPort, workerData } from 'node:worker_threads';

export interface WorkerStart {
  /** A stored data folder (tar) to start from; creating one anew takes seconds. */
  readonly dataDir: ArrayBuffer | undefined;
  /** Statements that set the catalogue up. */
  readonly setup: string;
  /** Whether to hand the fresh data folder over, for the next start. */
  readonly wantsDump: boolean;
}

export interface WorkerRequest {
  readonly id: number;
  readonly messages: Uint8Array;
}

export type WorkerAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'dump'; readonly dataDir: ArrayBuffer }
  | { readonly type: 'answer'; readonly id: number; readonly messages: Uint8Array }
  | { readonly type: 'failure'; readonly id: number | undefined; readonly message: string };

const say = (answer: WorkerAnswer, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(answer, transfer);
const messageOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

async function serve(start: WorkerStart): Promise<void> {
  // PGlite is an ES module and this file is CommonJS once built.
  const { PGlite } = await import('@electric-sql/pglite');
  const stored = start.dataDir === undefined ? undefined : new Blob([start.dataDir]);
  const postgres = await PGlite.create(stored === undefined ? {} : { loadDataDir: stored });
  if (start.wantsDump) {
    const dump = await (await postgres.dumpDataDir('none')).arrayBuffer();
    say({ type: 'dump', dataDir: dump }, [dump]);
  }
  await postgres.exec(start.setup);
  let last = Promise.resolve();
  parentPort?.on('message', ({ id, messages }: WorkerRequest) => {
    // One session: whoever comes later waits.
    last = last.then(async () => {
      try {
        say({ type: 'answer', id, messages: await postgres.execProtocolRaw(messages) });
      } catch (error) {
        say({ type: 'failure', id, message: messageOf(error) });
      }
    });
  });
  say({ type: 'ready' });
}

serve(workerData as WorkerStart).catch(error => say({ type: 'failure', id: undefined, message: messageOf(error) }));

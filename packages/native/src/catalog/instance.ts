import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SqlError, sqlState } from '../postgres/index.js';
import type { DataDirStore } from './data-dir-store.js';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker.js';

interface Waiting {
  readonly resolve: (messages: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** One PGlite in a worker thread. When it dies, whatever waits fails, and the next catalogue starts a new one. */
export class CatalogInstance {
  readonly ready: Promise<void>;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly answerMsMax: number;
  private lastId = 0;
  private death: Error | undefined;

  private constructor(start: WorkerStart, store: DataDirStore, answerMsMax: number) {
    this.answerMsMax = answerMsMax;
    const transfer = start.dataDir === undefined ? [] : [start.dataDir];
    this.worker = new Worker(join(__dirname, 'worker.js'), { workerData: start, transferList: transfer });
    this.worker.unref();
    this.ready = new Promise((resolve, reject) => {
      this.worker.on('message', (answer: WorkerAnswer) => {
        if (answer.type === 'ready') resolve();
        else if (answer.type === 'dump') void store.write(Buffer.from(answer.dataDir));
        else if (answer.type === 'answer') this.take(answer.id)?.resolve(answer.messages);
        else if (answer.id !== undefined) this.take(answer.id)?.reject(new Error(answer.message));
        else {
          reject(new Error(`the catalogue did not start: ${answer.message}`));
          this.die(new Error(answer.message));
        }
      });
      this.worker.on('error', error => {
        reject(error);
        this.die(error);
      });
      this.worker.on('exit', code => {
        const error = new Error(`the catalogue's thread ended with code ${code}`);
        reject(error);
        this.die(error);
      });
    });
    // Whoever asks hears of it; a start that nobody waits for must not end the process.
    this.ready.catch(() => undefined);
  }

  static async start(setup: string, store: DataDirStore, answerMsMax: number): Promise<CatalogInstance> {
    const dataDir = await store.read();
    return new CatalogInstance({ dataDir, setup, wantsDump: dataDir === undefined }, store, answerMsMax);
  }

  get isDead(): boolean {
    return this.death !== undefined;
  }

  async ask(messages: Uint8Array): Promise<Uint8Array> {
    await this.ready;
    if (this.death !== undefined) throw this.death;
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // PGlite cannot be interrupted, and nobody else is served meanwhile.
        this.die(new SqlError(sqlState.canceled, `a catalogue statement took longer than ${this.answerMsMax} ms`));
      }, this.answerMsMax);
      this.waiting.set(id, { resolve, reject, timer });
      this.worker.postMessage({ id, messages } satisfies WorkerRequest);
    });
  }

  async close(): Promise<void> {
    this.die(new SqlError(sqlState.shuttingDown, 'the SQL API is shutting down'));
    await this.worker.terminate();
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  private die(error: Error): void {
    if (this.death !== undefined) return;
    this.death = error;
    for (const id of [...this.waiting.keys()]) this.take(id)?.reject(error);
    void this.worker.terminate();
  }
}

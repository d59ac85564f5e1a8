import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SqlError, sqlState } from '../postgres/index.js';
import type { DataDirStore } from './data-dir-store.js';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker.js';

interface Question {
  readonly id: number;
  readonly messages: Uint8Array;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (messages: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** The instance has ended, for a reason that is not the question's: another one may answer it. */
export class InstanceEnded extends Error {}

// A new instance takes a second or two; what is nearly done had better be waited for.
const cancelledMsMax = 500;

/** One PGlite in a worker thread, asked one question after the other. When it dies the next catalogue starts a new one. */
export class CatalogInstance {
  readonly ready: Promise<void>;
  private readonly worker: Worker;
  private readonly queue: Question[] = [];
  private running: Question | undefined;
  private timer: NodeJS.Timeout | undefined;
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
        else if (answer.type === 'answer') this.finish(answer.id, question => question.resolve(answer.messages));
        else if (answer.id !== undefined) {
          this.finish(answer.id, question => question.reject(new Error(answer.message)));
        } else {
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

  /** A question whose signal is aborted before its turn is not asked; one that runs then is not waited for. */
  async ask(messages: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    await this.ready;
    if (this.death !== undefined) throw new InstanceEnded(this.death.message);
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.queue.push({ id, messages, signal, resolve, reject });
      this.next();
    });
  }

  async close(): Promise<void> {
    this.die(new SqlError(sqlState.shuttingDown, 'the SQL API is shutting down'));
    await this.worker.terminate();
  }

  private next(): void {
    if (this.running !== undefined || this.death !== undefined) return;
    const question = this.queue.shift();
    if (question === undefined) return;
    const { id, messages, signal } = question;
    if (signal?.aborted) {
      question.reject(canceled('canceling statement due to user request'));
      this.next();
      return;
    }
    this.running = question;
    this.timer = setTimeout(() => {
      this.die(canceled(`a catalogue statement took longer than ${this.answerMsMax} ms`));
    }, this.answerMsMax);
    signal?.addEventListener('abort', () => this.stopIfRunning(question), { once: true });
    this.worker.postMessage({ id, messages } satisfies WorkerRequest);
  }

  /** PGlite cannot be interrupted, and nobody else is served meanwhile. */
  private stopIfRunning(question: Question): void {
    if (this.running !== question) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.die(canceled('canceling statement due to user request')), cancelledMsMax);
  }

  private finish(id: number, answer: (question: Question) => void): void {
    const question = this.running;
    if (question?.id !== id) return;
    clearTimeout(this.timer);
    this.running = undefined;
    answer(question);
    this.next();
  }

  private die(error: Error): void {
    if (this.death !== undefined) return;
    this.death = error;
    clearTimeout(this.timer);
    this.running?.reject(error);
    this.running = undefined;
    for (const question of this.queue.splice(0)) question.reject(new InstanceEnded(error.message));
    void this.worker.terminate();
  }
}

const canceled = (message: string): SqlError => new SqlError(sqlState.canceled, message);

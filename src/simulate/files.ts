import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PlayheadError } from '#errors';

/** Text is handed on in pieces of about this size. Characters. */
const chunkLength = 1 << 18;

/** One NDJSON file, written as a stream; gzip where the name says so. */
export class NdjsonFile {
  readonly path: string;
  readonly #file: WriteStream;
  readonly #head: NodeJS.WritableStream;
  readonly #done: Promise<void>;
  #pending: string[] = [];
  #pendingLength = 0;
  #failure: unknown;
  rowCount = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = createWriteStream(path);
    this.#done = finished(this.#file).catch((error: unknown) => {
      this.#failure = error;
    });
    if (path.endsWith('.gz')) {
      // Level 1 halves the time and loses a tenth of the size.
      const gzip = createGzip({ level: 1, chunkSize: 1 << 16 });
      gzip.pipe(this.#file);
      this.#head = gzip;
    } else this.#head = this.#file;
  }

  add(row: unknown): void {
    const line = `${JSON.stringify(row)}\n`;
    this.rowCount++;
    this.#pending.push(line);
    this.#pendingLength += line.length;
  }

  /** Waits where the disk is slower than the simulator, so that memory stays bounded. @throws DATA_NOT_WRITABLE, DATA_DISK_FULL */
  async settle(): Promise<void> {
    if (this.#pendingLength < chunkLength) return;
    await this.#write();
  }

  async #write(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingLength = 0;
    this.#assertWritable();
    if (text !== '' && !this.#head.write(text)) {
      await Promise.race([new Promise(resolve => this.#head.once('drain', resolve)), this.#done]);
      this.#assertWritable();
    }
  }

  async close(): Promise<void> {
    await this.#write();
    this.#head.end();
    await this.#done;
    this.#assertWritable();
  }

  #assertWritable(): void {
    if (this.#failure === undefined) return;
    const isFull = this.#failure instanceof Error && 'code' in this.#failure && this.#failure.code === 'ENOSPC';
    throw new PlayheadError({
      code: isFull ? 'DATA_DISK_FULL' : 'DATA_NOT_WRITABLE',
      at: this.path,
      message: this.#failure instanceof Error ? this.#failure.message : 'the file cannot be written',
      cause: this.#failure,
    });
  }
}

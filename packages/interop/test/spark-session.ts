import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

const interop = join(import.meta.dirname, '..');
const toldSchema = z.union([z.object({ answer: z.unknown() }), z.object({ error: z.string() })]);
const rowsSchema = z.array(z.record(z.string(), z.unknown()));

/** One Spark with Delta for a whole suite: starting it takes seconds. */
export class SparkSession {
  readonly #child: ChildProcess;
  readonly #requests: Writable;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  /** What Spark and its Java machine say besides answers; the only witness when they die. */
  readonly #log: string;

  private constructor(child: ChildProcess, requests: Writable, answers: Readable, log: string) {
    this.#child = child;
    this.#requests = requests;
    this.#log = log;
    this.#reader = createInterface({ input: answers });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  static async start(folder: string): Promise<SparkSession> {
    const prepared = execFileSync(process.execPath, [join(interop, 'prepare.mjs'), 'spark'], { encoding: 'utf8' });
    const [python = '', ...jars] = prepared.trim().split('\n');
    const program = join(interop, 'spark', 'spark_delta.py');
    const log = join(folder, 'spark.log');
    const logFile = openSync(log, 'a');
    const child = spawn(python, [program, ...jars], { cwd: folder, stdio: ['pipe', 'pipe', logFile] });
    closeSync(logFile);
    if (child.stdin === null || child.stdout === null) throw new Error('Spark was started without pipes');
    const session = new SparkSession(child, child.stdin, child.stdout, log);
    await session.rows('select 1 as one');
    return session;
  }

  /** @throws Error with what Spark says */
  async rows(query: string): Promise<Readonly<Record<string, unknown>>[]> {
    return rowsSchema.parse(await this.#ask({ rows: query }));
  }

  /** @throws Error with what Spark says */
  async run(...statements: readonly string[]): Promise<void> {
    await this.#ask({ run: statements });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#requests.end();
    await ended;
    this.#reader.close();
  }

  async #ask(request: object): Promise<unknown> {
    this.#requests.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw this.#died();
    const told = toldSchema.parse(JSON.parse(value));
    if (!('error' in told)) return told.answer;
    throw told.error.includes('Connection refused') ? this.#died() : new Error(told.error);
  }

  #died(): Error {
    return new Error(`Spark has ended; its last words:\n${readFileSync(this.#log, 'utf8').slice(-4000)}`);
  }
}

import { createHash } from 'node:crypto';
import { serialize } from 'pg-protocol';
import type { Table } from '../cube/index.js';
import { type Answer, readAnswer } from './backend-frames.js';
import { DataDirStore } from './data-dir-store.js';
import { buildCatalogDdl, quoteText } from './ddl.js';
import { CatalogInstance, InstanceEnded } from './instance.js';

/** Who asks, and the database that they have connected to. */
export interface Place {
  readonly user: string;
  readonly database: string;
}

export interface CatalogQuestion {
  readonly text: string;
  readonly place?: Place;
  readonly parameterOids?: readonly number[];
  readonly parameters?: readonly (Buffer | null)[];
  readonly parameterFormats?: readonly number[];
  readonly resultFormats?: readonly number[];
  readonly timezone?: string;
  /** Aborted where nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

export interface CatalogLimits {
  /** Each holds some 350 MB; users who see the same tables share one. */
  readonly instancesMax: number;
  readonly answerMsMax: number;
}

/** What makes an instance's relations, and what it is known by. */
interface Setup {
  readonly setup: string;
  readonly signature: string;
}

/**
 * A real Postgres that holds the cubes as empty relations. Users who may see different tables get different instances,
 * so that nobody finds in the catalogue what the access policies hide.
 */
export class Catalog {
  private readonly limits: CatalogLimits;
  private readonly store: DataDirStore;
  private readonly instances = new Map<string, Promise<CatalogInstance>>();
  private readonly setups = new WeakMap<readonly Table[], Setup>();
  private isClosed = false;

  constructor(limits: CatalogLimits, store: DataDirStore = new DataDirStore()) {
    this.limits = limits;
    this.store = store;
  }

  /** Starts an instance ahead of the first question. */
  warm(tables: readonly Table[]): void {
    this.instanceFor(tables).catch(() => undefined);
  }

  /** Parses and describes without running. */
  async describe(question: CatalogQuestion, tables: readonly Table[]): Promise<Answer> {
    return this.ask(tables, question, [describeStatement]);
  }

  /** Runs a statement in a transaction that cannot write and is always rolled back. */
  async run(question: CatalogQuestion, tables: readonly Table[]): Promise<Answer> {
    const { parameters = [], parameterFormats = [], resultFormats = [] } = question;
    return this.ask(tables, question, [
      bindMessage(parameters, parameterFormats, resultFormats),
      serialize.describe({ type: 'P', name: '' }),
      serialize.execute({ portal: '', rows: 0 }),
    ]);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const instances = [...this.instances.values()];
    this.instances.clear();
    await Promise.allSettled(instances.map(async instance => (await instance).close()));
  }

  private async ask(tables: readonly Table[], question: CatalogQuestion, steps: readonly Buffer[]): Promise<Answer> {
    const messages = Buffer.concat([
      serialize.query(rename(question.place ?? nowhere)),
      serialize.query(`BEGIN READ ONLY; SET LOCAL TimeZone = ${quoteText(question.timezone ?? 'UTC')}`),
      serialize.parse({ text: question.text, types: [...(question.parameterOids ?? [])] }),
      ...steps,
      serialize.sync(),
      serialize.query('ROLLBACK'),
    ]);
    return readAnswer(await this.askAny(tables, messages, question.signal));
  }

  /** Nothing is ever written, so a question whose instance had to be ended is asked again. */
  private async askAny(
    tables: readonly Table[],
    messages: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1) {
      const instance = await this.instanceFor(tables);
      try {
        return await instance.ask(messages, signal);
      } catch (error) {
        if (!(error instanceof InstanceEnded) || this.isClosed || attempt === attemptsMax) throw error;
      }
    }
  }

  /** Every statement asks; Cube hands out the same tables for as long as they have not changed. */
  private setupOf(tables: readonly Table[]): Setup {
    const known = this.setups.get(tables);
    if (known !== undefined) return known;
    const setup = buildCatalogDdl(tables);
    const made = { setup, signature: createHash('sha256').update(setup).digest('hex') };
    this.setups.set(tables, made);
    return made;
  }

  private async instanceFor(tables: readonly Table[]): Promise<CatalogInstance> {
    const { setup, signature } = this.setupOf(tables);
    const known = this.instances.get(signature);
    if (known !== undefined) {
      const instance = await known;
      if (!instance.isDead) {
        // Least recently used first.
        this.instances.delete(signature);
        this.instances.set(signature, known);
        return instance;
      }
      if (this.instances.get(signature) === known) this.instances.delete(signature);
      return this.instanceFor(tables);
    }
    for (const [oldest, instance] of this.instances) {
      if (this.instances.size < this.limits.instancesMax) break;
      this.instances.delete(oldest);
      void instance.then(
        old => old.close(),
        () => undefined,
      );
    }
    const started = CatalogInstance.start(setup, this.store, this.limits.answerMsMax);
    this.instances.set(signature, started);
    return started;
  }
}

const attemptsMax = 3;
const nowhere: Place = { user: 'postgres', database: 'postgres' };

/**
 * Gives the instance's one user (which owns all relations) and its database the names that the client knows them by:
 * `current_user`, `current_database()`, the owners in psql's \\d and the catalogues of information_schema agree then.
 * Users who share an instance take turns; a name that Postgres has itself is not taken twice.
 */
function rename({ user, database }: Place): string {
  const named = (table: string, column: string, name: string, which: string): string =>
    `UPDATE pg_catalog.${table} SET ${column} = ${quoteText(name)} WHERE ${which}
      AND NOT EXISTS (SELECT FROM pg_catalog.${table} WHERE ${column} = ${quoteText(name)}::name);`;
  return [
    named('pg_authid', 'rolname', user, 'oid = 10'),
    named('pg_database', 'datname', database, 'datname = pg_catalog.current_database()'),
  ].join('\n');
}

const describeStatement = serialize.describe({ type: 'S', name: '' });

/** pg-protocol's own Bind knows no parameter formats, and the client's bytes must arrive as they are. */
function bindMessage(
  parameters: readonly (Buffer | null)[],
  parameterFormats: readonly number[],
  resultFormats: readonly number[],
): Buffer {
  const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
  const int32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const list = (formats: readonly number[]): Buffer[] => [int16(formats.length), ...formats.map(int16)];
  const body = Buffer.concat([
    Buffer.from([0, 0]),
    ...list(parameterFormats),
    int16(parameters.length),
    ...parameters.flatMap(value => (value === null ? [int32(-1)] : [int32(value.length), value])),
    ...list(resultFormats),
  ]);
  return Buffer.concat([Buffer.from('B'), int32(body.length + 4), body]);
}

import { createHash } from 'node:crypto';

/** A part of a rollup as a table that is already there, or will be when its promise resolves. */
interface Kept {
  readonly table: string;
  readonly built: Promise<number>;
  /** Files that it was made of; once one of them is not served any more, nobody can ask for this part again. */
  readonly files: readonly string[];
  users: number;
  unusedSince: number;
}

/** What a part is made of. Two that are equal hold the same rows. */
export interface PartContent {
  readonly query: string;
  readonly values: readonly unknown[];
  /** Everything else that the rows depend on: files, and the content of other tables. */
  readonly inputs: readonly string[];
  readonly files: readonly string[];
}

export interface RollupStoreOptions {
  /** Database that holds the tables. */
  readonly database: string;
  readonly drop: (table: string) => Promise<void>;
  /** How long a part is kept after its last snapshot was closed: the next may not have been asked for it yet. */
  readonly keepMs: number;
  readonly now: () => number;
  /** Months of at most so many rows are one part. Default: a million, which are added up in about a second. */
  readonly monthRowsMax?: number;
}

/**
 * Parts of rollups by what they were made of. A new version of the tables takes those whose files have not changed
 * from the version before, so that building costs what has changed.
 */
export class RollupStore {
  readonly #options: RollupStoreOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: RollupStoreOptions) {
    this.#options = options;
  }

  get monthRowsMax(): number {
    return this.#options.monthRowsMax ?? 1_000_000;
  }

  /** Parts in it, for those who measure. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * A part, built if it is not there: its table, and how many rows it has.
   * @param build fills a table of this name and says how many rows it has
   * @param used the keys that a snapshot uses, to be given back together when it ends
   */
  async use(
    content: PartContent,
    build: (table: string) => Promise<number>,
    used: Set<string>,
  ): Promise<{ readonly table: string; readonly rows: number }> {
    const key = keyOf(content);
    const kept = this.#kept.get(key) ?? this.#add(key, content, build);
    if (!used.has(key)) kept.users += 1;
    used.add(key);
    try {
      return { table: kept.table, rows: await kept.built };
    } catch (error) {
      used.delete(key);
      this.#kept.delete(key);
      throw error;
    }
  }

  #add(key: string, { files }: PartContent, build: (table: string) => Promise<number>): Kept {
    const table = `${this.#options.database}.main.part_${key}`;
    const added = { table, built: build(table), files, users: 0, unusedSince: 0 };
    this.#kept.set(key, added);
    return added;
  }

  /** Gives back what a snapshot has used, and drops what nobody can ask for again. */
  async release(keys: Iterable<string>, isServed: (file: string) => boolean): Promise<void> {
    const { now, keepMs, drop } = this.#options;
    for (const key of keys) {
      const kept = this.#kept.get(key);
      if (kept === undefined) continue;
      kept.users -= 1;
      kept.unusedSince = now();
    }
    for (const [key, { table, files, users, unusedSince }] of [...this.#kept]) {
      if (users > 0 || (now() - unusedSince < keepMs && files.every(isServed))) continue;
      this.#kept.delete(key);
      await drop(table);
    }
  }
}

const keyOf = ({ query, values, inputs }: PartContent): string =>
  createHash('sha256')
    .update(
      JSON.stringify([query, values, inputs], (_name, value) => (typeof value === 'bigint' ? `${value}n` : value)),
    )
    .digest('hex')
    .slice(0, 32);

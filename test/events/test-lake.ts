import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '#config';
import { type IngestedInput, ingestFiles } from '#job';
import { ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { DuckdbEngine, type Lake, openLake, type Row } from '#warehouse';

/** A lake in a folder of its own, and files to take in. */
export class TestLake {
  readonly folder: string;
  readonly engine: DuckdbEngine;
  readonly lake: Lake;

  private constructor(folder: string, engine: DuckdbEngine) {
    this.folder = folder;
    this.engine = engine;
    this.lake = openLake({ folder: join(folder, 'data'), engine });
  }

  static async open(): Promise<TestLake> {
    const folder = await mkdtemp(join(tmpdir(), 'playhead-test-events-'));
    return new TestLake(folder, await DuckdbEngine.open({ threads: 1 }));
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Writes a file and returns its path. Lists become NDJSON. */
  async file(name: string, content: string | Buffer | readonly object[]): Promise<string> {
    const path = join(this.folder, name);
    const text = typeof content === 'string' || Buffer.isBuffer(content) ? content : ndjson(content);
    await writeFile(path, text);
    return path;
  }

  ingest(
    files: string | readonly string[],
    options: { preset?: string; config?: object } = {},
  ): Promise<IngestedInput[]> {
    return ingestFiles({
      lake: this.lake,
      engine: this.engine,
      config: configSchema.parse(options.config ?? {}),
      files: [files].flat(),
      preset: options.preset,
      clock: () => new Date('2026-11-24T12:00:00Z'),
    });
  }

  /** All rows of a table, ordered by a column. */
  async rows(table: TableName, orderBy: string): Promise<Row[]> {
    return this.engine.query(sql`select * from ${await this.lake.read(tables[table])} order by ${ref(orderBy)}`);
  }

  /** What is on disk of the tables that ingest writes: undefined where nothing was ever committed. */
  async versions(): Promise<{ events: number | undefined; rejected: number | undefined }> {
    return { events: await this.lake.version('events'), rejected: await this.lake.version('events_rejected') };
  }
}

export const ndjson = (rows: readonly object[]): string => `${rows.map(row => JSON.stringify(row)).join('\n')}\n`;

/** A canonical event; what is given wins. */
export const event = (given: object = {}): Record<string, unknown> => ({
  user_id: 'ada',
  video_id: 'film',
  event_type: 'play',
  event_time: '2026-11-24T10:00:00Z',
  position_s: 0,
  ...given,
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { catalogRows, columnNamed, findInputs, stageAs, videoIdSources } from '#events';
import { type Fragment, join, lit, ref, sql } from '#sql';
import { tables } from '#tables';
import type { Engine, Lake } from '#warehouse';
import { openSource } from './ingest-source.js';

/** What became of one file that describes videos. */
export interface IngestedVideos {
  readonly source: string;
  readonly readCount: number;
  /** Rows without a video_id: left out. */
  readonly namelessCount: number;
  /** Videos that are new or are described otherwise than before. */
  readonly changedCount: number;
}

const counted = z.tuple([z.object({ read: z.bigint(), nameless: z.bigint() })]);
const changed = z.tuple([z.object({ n: z.bigint() })]);

/**
 * Merges a file (CSV, JSON, Parquet, ...) into `video_catalog`: what it says of a video replaces what was known, videos
 * that it does not name stay. Of several rows with one video_id the last wins. Nothing is written where nothing changes.
 * @throws INPUT_..., DATA_NOT_WRITABLE
 */
export async function ingestVideos({
  lake,
  engine,
  file,
}: {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly file: string;
}): Promise<IngestedVideos> {
  const [source = file] = await findInputs([file]);
  const scratchFolder = await mkdtemp(joinPath(tmpdir(), 'playhead-videos-'));
  try {
    const { rows } = await openSource(source, { scratchFolder, engine, lake });
    assertNamesVideos(source, rows.kind === 'table' ? Object.keys(rows.columns) : undefined);
    const staged = sql`read_parquet(${lit(joinPath(scratchFolder, 'videos.parquet'))})`;
    // JSON rows have no line until they are numbered, and "the last" needs one: number them all, there are few.
    const numbered = rows.kind === 'json' ? { ...rows, from: numberedOf(rows.from) } : rows;
    await engine.run(stageAs(joinPath(scratchFolder, 'videos.parquet'), catalogRows(numbered, engine.dialect)));
    const [{ read, nameless }] = counted.parse(
      await engine.query(sql`select count(*) as read, count(*) filter (video_id is null) as nameless from ${staged}`),
    );
    const columns = join(Object.keys(tables.video_catalog.columns).map(name => ref(name)));
    const given = sql`(select ${columns} from ${staged} where video_id is not null qualify row_number() over (partition by video_id order by line desc) = 1)`;
    const known = await lake.read(tables.video_catalog);
    const [{ n }] = changed.parse(
      await engine.query(
        sql`select count(*) as n from (select * from ${given} except select ${columns} from ${known})`,
      ),
    );
    if (n > 0n) {
      const merged = sql`(select * from ${given} union all select ${columns} from ${known} where video_id not in (select video_id from ${given}))`;
      await lake.overwrite(tables.video_catalog, merged, { operation: 'INGEST' });
    }
    return { source, readCount: Number(read), namelessCount: Number(nameless), changedCount: Number(n) };
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

const numberedOf = (from: Fragment): Fragment => sql`(select row_number() over () as line, record from ${from})`;

function assertNamesVideos(source: string, columns: readonly string[] | undefined): void {
  if (columns === undefined) return;
  const names = Object.fromEntries(columns.map(name => [name, true]));
  if (videoIdSources.some(name => columnNamed(name, names) !== undefined)) return;
  throw new PlayheadError({
    code: 'INPUT_MISSING_COLUMN',
    at: source,
    message: 'there is no column for video_id',
    hint: `it has: ${columns.join(', ')}`,
  });
}

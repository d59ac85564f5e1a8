import { join as joinPath } from 'node:path';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { catalogRows, columnNamed, findInputs, type SourceRows, stageAs, videoIdSources } from '#events';
import { type Fragment, join, lit, ref, sql } from '#sql';
import { tables } from '#tables';
import { CatalogLake, type Engine, type Lake } from '#warehouse';
import { openSource } from './ingest-source.js';
import { inScratchFolder } from './scratch-folder.js';
import { readTable } from './table-source.js';

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

export interface IngestVideosOptions {
  readonly lake: Lake;
  readonly engine: Engine;
  /** A file, or in a catalog the name of a table. */
  readonly file: string;
}

/**
 * Merges a file (CSV, JSON, Parquet, ...) or a table of the catalog into `video_catalog`: what it says of a video replaces
 * what was known, videos that it does not name stay. Of several rows with one video_id the last wins. Nothing is written
 * where nothing changes. @throws INPUT_..., DATA_NOT_WRITABLE, DATA_DISK_FULL, TABLE_NOT_FOUND, USAGE for a pattern of several files
 */
export function ingestVideos({ lake, engine, file }: IngestVideosOptions): Promise<IngestedVideos> {
  return lake instanceof CatalogLake ? videosOfTable(file, lake, engine) : videosOfFile(file, lake, engine);
}

async function videosOfFile(file: string, lake: Lake, engine: Engine): Promise<IngestedVideos> {
  const [source = file, ...others] = await findInputs([file]);
  if (others.length > 0) throw oneAtATime(file, others.length + 1);
  return inScratchFolder('playhead-videos-', async scratchFolder => {
    const { rows } = await openSource(source, { scratchFolder, engine, lake });
    // JSON rows have no line until they are numbered, and "the last" needs one: number them all, there are few.
    const numbered = rows.kind === 'json' ? { ...rows, from: numberedOf(rows.from) } : rows;
    const path = joinPath(scratchFolder, 'videos.parquet');
    const keep = async (query: Fragment) => {
      await engine.run(stageAs(path, query));
      return sql`read_parquet(${lit(path)})`;
    };
    return mergeVideos({ source, rows: numbered, keep, lake, engine });
  });
}

/** Of two files that name one video the last would win, and which of them is the last a pattern does not say. */
const oneAtATime = (pattern: string, count: number): PlayheadError =>
  new PlayheadError({
    code: 'USAGE',
    at: `--videos ${pattern}`,
    message: `${count} files match, and one catalog is taken in at a time`,
    hint: 'name one file',
  });

async function videosOfTable(name: string, lake: CatalogLake, engine: Engine): Promise<IngestedVideos> {
  const rows = await readTable(name, engine);
  const lock = await lake.lock();
  try {
    const workspace = await lake.workspace();
    const keep = async (query: Fragment) => {
      await workspace.keep('given_videos', query);
      return ref('given_videos');
    };
    try {
      return await mergeVideos({ source: name, rows, keep, lake, engine });
    } finally {
      await workspace.close();
    }
  } finally {
    await lock.release();
  }
}

interface GivenVideos {
  readonly source: string;
  readonly rows: SourceRows;
  /** Keeps the rows of a query; gives what stands in FROM for them. */
  readonly keep: (query: Fragment) => Promise<Fragment>;
  readonly lake: Lake;
  readonly engine: Engine;
}

async function mergeVideos({ source, rows, keep, lake, engine }: GivenVideos): Promise<IngestedVideos> {
  assertNamesVideos(source, rows.kind === 'table' ? Object.keys(rows.columns) : undefined);
  const staged = await keep(catalogRows(rows, engine.dialect));
  const [{ read, nameless }] = counted.parse(
    await engine.query(
      sql`select count(*) as read, count(*) filter (where video_id is null) as nameless from ${staged} as s`,
    ),
  );
  const columns = join(Object.keys(tables.video_catalog.columns).map(name => ref(name)));
  // Rows of a table have no order: of two, the one that comes last by what it says.
  const last = sql`row_number() over (partition by video_id order by line desc, ${columns}) as nth`;
  const given = sql`(select ${columns} from (select s.*, ${last} from ${staged} as s where video_id is not null) as n where nth = 1)`;
  const known = await lake.read(tables.video_catalog);
  const [{ n }] = changed.parse(
    await engine.query(
      sql`select count(*) as n from (select ${columns} from ${given} as g except select ${columns} from ${known} as k) as c`,
    ),
  );
  if (n > 0n) {
    const merged = sql`(select ${columns} from ${given} as g union all select ${columns} from ${known} as k where video_id not in (select video_id from ${given} as g))`;
    await lake.overwrite(tables.video_catalog, merged, { operation: 'INGEST' });
  }
  return { source, readCount: Number(read), namelessCount: Number(nameless), changedCount: Number(n) };
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

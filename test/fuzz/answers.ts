import pg from 'pg';
import { type CubeServer, startCube } from '#cube';
import { raw, sql } from '#sql';
import { tables } from '#tables';
import { complaints } from '../cube/rest.js';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from '../cube/small-lake.js';

/** What the SQL API said: rows, or the SQLSTATE and the words of its error. */
export type Answer =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

export type Cell = string | number | boolean | null;

/** A lake with holes, the SQL API over it, and DuckDB over the same Delta files. */
export interface Answers {
  readonly cube: CubeServer;
  readonly errors: readonly string[];
  ask(text: string): Promise<Answer>;
  /** `sessions` and `videos` are the Delta tables, with `session_` columns as the cube calls them; `video_performance` joins them. */
  duckdb(text: string): Promise<readonly (readonly Cell[])[]>;
  close(): Promise<void>;
}

export async function openAnswers(count: number): Promise<Answers> {
  const small = await makeSmallLake({ serve: { rollups: false } });
  await writeSessions(small, count);
  await makeHoles(small);
  await writeGold(small);
  await small.publish(1);
  await small.engine.run(sql`create temp table sessions as
    select * replace (cast(started_at as timestamp) as started_at), watch_time_s as session_watch_time_s
    from ${await small.lake.read(tables.sessions)}`);
  await small.engine.run(sql`create temp table videos as select * from ${await small.lake.read(tables.videos)}`);
  await small.engine.run(sql`create temp view video_performance as
    select s.*, v.title, v.category from sessions as s left join videos as v using (video_id)`);
  const seen = complaints();
  const cube = await startCube({ config: small.config, log: seen.log });
  const login = { host: '127.0.0.1', port: cube.sqlPort, user: 'playhead', password: 'playhead', database: 'playhead' };
  const client = new pg.Client({ ...login, types: { getTypeParser: () => String } });
  await client.connect();
  return {
    cube,
    errors: seen.errors,
    ask: text =>
      client.query({ text, rowMode: 'array' }).then(
        ({ rows, fields }): Answer => ({
          kind: 'rows',
          rows: rows.map(row => fields.map(({ dataTypeID }, index) => readText(row[index], dataTypeID))),
        }),
        (error: unknown): Answer => {
          if (!(error instanceof pg.DatabaseError)) throw error;
          return { kind: 'error', code: error.code ?? '', message: error.message };
        },
      ),
    duckdb: async text => {
      const rows = await small.engine.query(sql`${raw(text)}`);
      return rows.map(row => Object.values(row).map(readValue));
    },
    close: async () => {
      await client.end();
      await cube.close();
      await small.close();
    },
  };
}

/** Nulls, and letters whose order and case engines do not agree on by themselves. */
async function makeHoles(small: SmallLake): Promise<void> {
  await small.write(
    'sessions',
    sql`select * replace (
        case cast(substr(session_id, 2) as integer) % 13 when 0 then null when 1 then 'TV' when 2 then 'tv 2' else device end as device,
        case when cast(substr(session_id, 2) as integer) % 17 = 0 then null else country end as country,
        case when cast(substr(session_id, 2) as integer) % 19 = 0 then null else duration_s end as duration_s,
        case cast(substr(session_id, 2) as integer) % 5 when 0 then true when 1 then false end as autoplay)
      from ${await small.lake.read(tables.sessions)}`,
  );
}

const numeric = new Set([20, 21, 23, 700, 701, 1700]);

function readText(text: string | null, oid: number): Cell {
  if (text === null) return null;
  if (oid === 16) return text === 't';
  if (numeric.has(oid)) return rounded(Number(text));
  if (oid === 1082) return new Date(text).toISOString();
  if (oid === 1114 || oid === 1184) return new Date(`${text.replace(' ', 'T').replace(/\+00$/, '')}Z`).toISOString();
  return text;
}

function readValue(value: unknown): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return rounded(Number(value));
  if (value instanceof Date) return value.toISOString();
  throw new Error(`DuckDB has answered a ${typeof value}: ${String(value)}`);
}

/** Sums of floats depend on the order in which they are added: twelve digits do not. */
const rounded = (value: number): number => Number(value.toPrecision(12)) + 0;

import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Fragment, join, lit, ref, sql } from '#sql';
import type { Engine } from '#warehouse';

const commitSchema = z.object({
  version: z.bigint(),
  operation: z.string().nullable(),
  operationParameters: z.unknown(),
  isBlindAppend: z.boolean().nullable(),
});

/** What a commit did to the rows of a table. */
type Effect = 'adds' | 'none' | 'moves' | 'changes';

/** Commits that leave the rows as they are. */
const withoutRows =
  /^(CREATE TABLE|SET TBLPROPERTIES|UNSET TBLPROPERTIES|ADD COLUMNS?|DROP COLUMNS?|RENAME COLUMNS?|CHANGE COLUMNS?|UPDATE COLUMN METADATA|UPDATE SCHEMA|UPGRADE PROTOCOL|ADD CONSTRAINT|DROP CONSTRAINT|VACUUM (START|END)|COMPUTE STATS|ANALYZE|CLUSTER BY)$/;
/** Commits that put the same rows into other files. */
const withOtherFiles = /^(OPTIMIZE|AUTO COMPACTION|REORG)$/;
const adding = /^(WRITE|STREAMING UPDATE|COPY INTO)$/;

/** A table and the stretch of its versions that is to be read. */
export interface Stretch {
  readonly name: string;
  readonly path: readonly string[];
  /** The version that was read before. */
  readonly from: number;
  readonly to: number;
}

/**
 * The rows that came after one version and up to another, told by the history: every commit in between may add rows or put
 * them into other files, and nothing else. Undefined where there are none.
 * @throws INPUT_NOT_APPENDED, INPUT_HISTORY_LOST
 */
export async function addedByHistory(engine: Engine, stretch: Stretch, newest: number): Promise<Fragment | undefined> {
  const { path, from, to } = stretch;
  const rows = await engine.query(sql`describe history ${ref(...path)} limit ${lit(newest - from)}`);
  const commits = rows
    .map(row => commitSchema.parse(row))
    .map(commit => ({ ...commit, version: Number(commit.version) }))
    .filter(({ version }) => version > from && version <= to)
    .sort((one, other) => one.version - other.version);
  if (commits.length !== to - from)
    throw historyLost(stretch, `its log no longer tells all of versions ${from + 1} to ${to}`);
  const runs: { -readonly [Key in keyof Run]: Run[Key] }[] = [];
  for (const commit of commits) {
    const effect = effectOf(commit);
    const last = runs.at(-1);
    if (effect === 'changes') throw notAppended(stretch, commit.version, commit.operation ?? 'a commit');
    if (effect !== 'adds') continue;
    // Other files between two additions would look like new ones.
    const isJoined = last !== undefined && !commits.some(other => isBetween(other, last.upTo, commit.version));
    if (isJoined) last.upTo = commit.version;
    else runs.push({ after: commit.version - 1, upTo: commit.version });
  }
  if (runs.length === 0) return undefined;
  return runs.length === 1
    ? sql`(${join(runs.map(run => filesOf(path, run, allColumns)))})`
    : together(engine, path, runs);
}

/** Versions between which rows were only added. */
interface Run {
  readonly after: number;
  readonly upTo: number;
}

const allColumns = sql`playhead_new.*`;

/** The rows of the files that came with a run. The names are such that no column has: a column comes before a relation. */
function filesOf(path: readonly string[], { after, upTo }: Run, columns: Fragment): Fragment {
  const table = ref(...path);
  return sql`select ${columns} from ${table} version as of ${lit(upTo)} as playhead_new
    left anti join (select distinct _metadata.file_path as playhead_path from ${table} version as of ${lit(after)}) as playhead_old
    on playhead_new._metadata.file_path = playhead_old.playhead_path`;
}

const columnSchema = z.object({ col_name: z.string() });

/** Of all runs, with the columns that the table has at the last: those that came later are null in the earlier ones. */
async function together(engine: Engine, path: readonly string[], runs: readonly Run[]): Promise<Fragment> {
  const columnsAt = async ({ upTo }: Run) => {
    const rows = await engine.query(sql`describe query select * from ${ref(...path)} version as of ${lit(upTo)}`);
    return rows.map(row => columnSchema.parse(row).col_name);
  };
  const known = await Promise.all(runs.map(columnsAt));
  const wanted = known.at(-1) ?? [];
  const parts = runs.map((run, i) => {
    const there = new Set(known[i]?.map(name => name.toLowerCase()));
    const columns = wanted.map(name =>
      there.has(name.toLowerCase()) ? ref('playhead_new', name) : sql`null as ${ref(name)}`,
    );
    return filesOf(path, run, join(columns));
  });
  return sql`(${join(parts, '\nunion all ')})`;
}

type Commit = Omit<z.infer<typeof commitSchema>, 'version'> & { readonly version: number };

const isBetween = (commit: Commit, after: number, before: number): boolean =>
  commit.version > after && commit.version < before && effectOf(commit) === 'moves';

function effectOf({ operation, operationParameters, isBlindAppend }: Commit): Effect {
  const name = operation ?? '';
  if (withoutRows.test(name)) return 'none';
  if (withOtherFiles.test(name)) return 'moves';
  const isAppend = /append/i.test(JSON.stringify(operationParameters ?? ''));
  return adding.test(name) && (isBlindAppend === true || isAppend || name === 'COPY INTO') ? 'adds' : 'changes';
}

const notAppended = ({ name }: Stretch, version: number, operation: string): PlayheadError =>
  new PlayheadError({
    code: 'INPUT_NOT_APPENDED',
    at: name,
    message: `version ${version} (${operation}) did more than add rows, so its new rows cannot be told from its history`,
    hint: `turn on its change data feed (alter table ... set tblproperties (delta.enableChangeDataFeed = true)); take this stretch in once by \`playhead ingest ${name} --whole\``,
  });

/** The versions between the last ingest and now are gone. */
export const historyLost = ({ name }: Pick<Stretch, 'name'>, why: string, cause?: unknown): PlayheadError =>
  new PlayheadError({
    code: 'INPUT_HISTORY_LOST',
    at: name,
    message: `what came since the last ingest can no longer be told: ${why}`,
    hint: `take it in once by \`playhead ingest ${name} --whole\`, which adds only events that are not there yet; ingest more often than the table is vacuumed`,
    cause,
  });

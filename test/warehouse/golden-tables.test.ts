import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lit, sql } from '#sql';
import { DuckdbEngine, readDeltaTable } from '#warehouse';

const golden = join(import.meta.dirname, '../../../shared/golden-delta');
const isThere = existsSync(golden);

let folder: string;
let engine: DuckdbEngine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-golden-'));
  engine = await DuckdbEngine.open({ threads: 2 });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function unpack(name: string): string {
  const target = join(folder, name);
  if (!existsSync(target)) execFileSync('tar', ['xzf', join(golden, `${name}.tar.gz`), '-C', folder]);
  return target;
}

/** Rows of our reading that the expected file lacks, and the other way round; both counted with their copies. */
async function differences(table: string, expected: string, version?: number): Promise<unknown[]> {
  const source = await readDeltaTable(table, { version });
  const columns = source.columns.map(({ name }) => `"${name}"`).join(', ');
  const want = { parts: [{ kind: 'text' as const, text: `select ${columns} from read_parquet([` }] };
  const files = readdirSync(expected)
    .filter(name => name.endsWith('.parquet'))
    .map(name => join(expected, name));
  const listed = files
    .map(file => lit(file))
    .flatMap((f, i) => (i === 0 ? f.parts : [{ kind: 'text' as const, text: ', ' }, ...f.parts]));
  const wanted = sql`${want}${{ parts: listed }}])`;
  const read = sql`select * from ${source.relation} as t`;
  return engine.query(sql`(select 'read, not expected' as side, * from (${read} except all ${wanted}) limit 3)
    union all (select 'expected, not read', * from (${wanted} except all ${read}) limit 3)`);
}

describe.skipIf(!isThere)('golden tables of other writers', () => {
  it.each([
    ['basic-decimal-table', 'decimal partition values'],
    ['basic-with-inserts-deletes-checkpoint', 'removes behind a checkpoint'],
    ['basic-with-inserts-merge', 'a merge'],
    ['basic-with-inserts-updates', 'updates'],
    ['corrupted-last-checkpoint-kernel', 'a _last_checkpoint that says nonsense'],
    ['data-reader-array-primitives', 'lists'],
    ['data-reader-date-types-utc', 'dates and timestamps'],
    ['data-reader-map', 'maps'],
    ['data-reader-nested-struct', 'structs'],
    ['data-reader-primitives', 'every primitive type'],
    ['data-reader-timestamp_ntz', 'timestamps without a zone, as partition too'],
    ['data-skipping-basic-stats-all-types', 'statistics'],
    ['data-skipping-basic-stats-all-types-checkpoint', 'statistics in a checkpoint only'],
    ['data-skipping-partition-and-data-column', 'partitions and statistics'],
    ['decimal-various-scale-precision', 'decimals'],
    ['dv-partitioned-with-checkpoint', 'deletion vectors and partitions'],
    ['table-with-columnmapping-mode-name', 'physical column names, nested ones too'],
    ['kernel-timestamp-int96', 'INT96 timestamps'],
    ['kernel-timestamp-timestamp_micros', 'microsecond timestamps'],
    ['log-replay-latest-metadata-protocol', 'a newer schema and protocol'],
    ['multi-part-checkpoint', 'a checkpoint of two parts'],
    ['parquet-all-types', 'all types of Parquet'],
    ['snapshot-data0', 'one commit'],
    ['snapshot-data1', 'two commits'],
    ['snapshot-data2', 'an overwrite'],
    ['snapshot-data2-deleted', 'a delete'],
    ['snapshot-data3', 'an append after it'],
    ['time-travel-partition-changes-a', 'integer partitions'],
    ['time-travel-schema-changes-a', 'a schema before its change'],
    ['time-travel-start', 'the first version'],
    ['time-travel-start-start20', 'two versions'],
    ['v2-checkpoint-json', 'a V2 checkpoint in JSON with sidecars'],
  ])('reads %s: %s', async name => {
    const at = unpack(name);
    expect(await differences(join(at, 'delta'), join(at, 'expected'))).toEqual([]);
  });

  it('decodes percent-encoded partition folders once', async () => {
    const at = unpack('data-reader-escaped-chars');
    expect(await differences(join(at, 'delta'), join(at, 'expected'))).toEqual([]);
  });

  it.each([
    ['canonicalized-paths-normal-a', 'a remove that spells the path otherwise'],
    ['log-replay-special-characters', 'a remove of a path with special characters'],
  ])('sees no live file in %s: %s', async name => {
    expect((await readDeltaTable(join(unpack(name), 'delta'))).files).toEqual([]);
  });

  it.each([
    ['deltalog-invalid-protocol-version', 'DELTA_UNSUPPORTED'],
    ['deltalog-state-reconstruction-without-metadata', 'DELTA_CORRUPT_LOG'],
    ['versions-not-contiguous', 'DELTA_MISSING_COMMIT'],
    ['no-delta-log-folder', 'DELTA_NOT_A_TABLE'],
  ])('refuses %s', async (name, code) => {
    await expect(readDeltaTable(join(unpack(name), 'delta'))).rejects.toMatchObject({ code });
  });

  it('finds the one live file of a checkpoint that saw many removed, and says that it is missing', async () => {
    const source = await readDeltaTable(join(unpack('checkpoint'), 'delta'));
    expect(source.files.map(({ path }) => path.split('/').at(-1))).toEqual(['15']);
    await expect(engine.query(sql`select * from ${source.relation} as t`)).rejects.toMatchObject({
      code: 'DELTA_MISSING_FILE',
    });
  });

  it.each([
    ['reference_table_1', [0, 1]],
    ['reference_table_2', [0, 1]],
    ['reference_table_3', [0, 1, 2]],
    ['reference_table_4', [0, 1]],
  ])('reads every version of %s', async (name, versions) => {
    unpack('dat-reference-tables');
    for (const version of versions) {
      const expected = join(folder, name, 'expected', `v${version}`);
      expect(await differences(join(folder, name, 'delta'), expected, version)).toEqual([]);
    }
  });

  it.each(['table_a', 'table_b'])('opens %s, whose checkpoint covers what is missing', async name => {
    unpack('broken-logs');
    expect((await readDeltaTable(join(folder, 'data_err_logs', name))).version).toBe(13);
  });

  it.each([
    ['table_c', 'DELTA_MISSING_COMMIT'],
    ['table_d', 'DELTA_UNSUPPORTED'],
    ['table_e', 'DELTA_UNSUPPORTED'],
  ])('refuses %s', async (name, code) => {
    unpack('broken-logs');
    await expect(readDeltaTable(join(folder, 'data_err_logs', name))).rejects.toMatchObject({ code });
  });
});

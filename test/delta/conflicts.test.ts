import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  column,
  commit,
  DeltaTable,
  keyOf,
  type Snapshot,
  type StagedCommit,
  stageAppend,
  stageCompaction,
  stageMerge,
  stageOverwrite,
  stageReplacePartitions,
  stageRestore,
} from '#delta';
import { PlayheadError } from '#errors';

const schema = { type: 'struct' as const, fields: [column('id', 'long'), column('day', 'string')] };
const shape = { schema, partitionColumns: ['day'] };
const wider = { ...shape, schema: { ...schema, fields: [...schema.fields, column('note', 'string')] } };
const nowMs = 1;

let count = 0;
const file = (day: string) => {
  count += 1;
  return { path: `f${count}.parquet`, partitionValues: { day }, sizeBytes: 1, modifiedMs: 1 };
};
type Day = { readonly partitionValues: Readonly<Record<string, string | null>> };
const inDay = (day: string) => (f: Day) => f.partitionValues.day === day;
const liveIn = (snapshot: Snapshot, day: string) => [...snapshot.files.values()].filter(inDay(day));
const keysIn = (snapshot: Snapshot, day: string) => new Set(liveIn(snapshot, day).map(keyOf));

/** Each works out a change of a table that has one file in day 2 since version 0 and one in day 1 since version 1. */
const operations: Readonly<
  Record<string, (snapshot: Snapshot, table: DeltaTable) => StagedCommit | Promise<StagedCommit>>
> = {
  'append to 1': (s, { path }) => stageAppend(s, path, [file('1')], { shape, nowMs }),
  'append to 2': (s, { path }) => stageAppend(s, path, [file('2')], { shape, nowMs }),
  overwrite: (s, { path }) => stageOverwrite(s, path, [file('1')], { shape, nowMs }),
  'replace 1': (s, { path }) => stageReplacePartitions(s, path, [file('1')], inDay('1'), { shape, nowMs }),
  'replace 2': (s, { path }) => stageReplacePartitions(s, path, [file('2')], inDay('2'), { shape, nowMs }),
  'merge into 1': (s, { path }) => stageMerge(s, path, [file('1')], keysIn(s, '1'), inDay('1'), { shape, nowMs }),
  'merge into 2': (s, { path }) => stageMerge(s, path, [file('2')], keysIn(s, '2'), inDay('2'), { shape, nowMs }),
  'merge anywhere': (s, { path }) => stageMerge(s, path, [file('1')], keysIn(s, '1'), 'everything', { shape, nowMs }),
  'compact 1': s => stageCompaction(s, liveIn(s, '1'), [file('1')], { nowMs, sortBy: [], targetBytes: 1 }),
  'compact 2': s => stageCompaction(s, liveIn(s, '2'), [file('2')], { nowMs, sortBy: [], targetBytes: 1 }),
  restore: async (_, table) => stageRestore(table, await table.snapshot(0), nowMs),
  'add a column': (s, { path }) => stageAppend(s, path, [], { shape: wider, nowMs }),
  'progress of a': (s, { path }) => stageAppend(s, path, [], { shape, nowMs, progress: { appId: 'a', version: 5 } }),
};

/**
 * `.` the two go together in this order, `x` the later one is refused. Rows: who commits later; columns: who was faster.
 * WriteSerializable: an append that looked at nothing may come before or after, so whoever read is not disturbed by it.
 */
const expected = `
                 append to 1 append to 2 overwrite replace 1 replace 2 merge into 1 merge into 2 merge anywhere compact 1 compact 2 restore add a column progress of a
append to 1      .           .           .         .         .         .            .            .              .         .         .       x            .
append to 2      .           .           .         .         .         .            .            .              .         .         .       x            .
overwrite        .           .           x         x         x         x            x            x              x         x         x       x            .
replace 1        .           .           x         x         .         x            .            x              x         .         x       x            .
replace 2        .           .           x         .         x         .            x            .              .         x         .       x            .
merge into 1     .           .           x         x         .         x            .            x              x         .         x       x            .
merge into 2     .           .           x         .         x         .            x            .              .         x         .       x            .
merge anywhere   .           .           x         x         x         x            x            x              x         .         x       x            .
compact 1        .           .           x         x         .         x            .            x              x         .         x       x            .
compact 2        .           .           x         .         x         .            x            .              .         x         .       x            .
restore          .           .           x         x         x         x            x            x              x         .         x       x            .
add a column     .           .           .         .         .         .            .            .              .         .         .       x            .
progress of a    .           .           .         .         .         .            .            .              .         .         .       .            .
`;

it('two changes of a table go together or not as the table of conflicts says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'playhead-conflicts-'));
  const names = Object.keys(operations);
  const found: Record<string, Record<string, string>> = {};
  for (const [later, stageLater] of Object.entries(operations)) {
    for (const [faster, stageFaster] of Object.entries(operations)) {
      const path = join(folder, `${later} after ${faster}`);
      await mkdir(path);
      const table = new DeltaTable(path);
      const first = [file('1'), file('2')];
      // Restore asks whether the files of the older version are there.
      for (const { path: name } of first) await writeFile(join(path, name), '');
      await commit(table, stageAppend(undefined, path, first.slice(1), { shape, nowMs }));
      await commit(table, stageAppend(await table.snapshot(), path, first.slice(0, 1), { shape, nowMs }));
      const basis = await table.snapshot();
      const [winner, mine] = [await stageFaster(basis, table), await stageLater(basis, table)];
      await commit(new DeltaTable(path), winner);
      const outcome = await commit(table, mine).then(
        () => '.',
        error => (error instanceof PlayheadError && error.code === 'DELTA_CONFLICT' ? 'x' : String(error)),
      );
      found[later] = { ...found[later], [faster]: outcome };
    }
  }
  await rm(folder, { recursive: true });
  const width = (name: string) => name.length + 1;
  const line = (head: string, cells: readonly string[]) =>
    `${head.padEnd(17)}${names.map((name, i) => (cells[i] ?? '').padEnd(width(name))).join('')}`.trimEnd();
  const shown = [
    line('', names),
    ...names.map(later =>
      line(
        later,
        names.map(faster => found[later]?.[faster] ?? ''),
      ),
    ),
  ];
  expect(`\n${shown.join('\n')}\n`).toBe(expected);
});

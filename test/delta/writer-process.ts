import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { column, commit, createLocalStore, DeltaTable, stageAppend } from '#delta';

/**
 * A process of its own that appends files to a table: `<table> <name> <count> [<kill moment> <end of file name>]`.
 * Ends itself at once at the moment of writing a file whose name ends so. Progress of application <name> runs from 0.
 */
const [path = '', name = '', count = '1', killAt, killFile = ''] = process.argv.slice(2);

const store = createLocalStore((moment, file) => {
  if (moment === killAt && file.endsWith(killFile)) process.kill(process.pid, 'SIGKILL');
});
const table = new DeltaTable(path, store);
const shape = { schema: { type: 'struct' as const, fields: [column('id', 'long')] }, partitionColumns: [] };

for (let i = 0; i < Number(count); i += 1) {
  const data = `${name}-${i}.parquet`;
  await writeFile(join(path, data), 'x');
  await store.sync([join(path, data)]);
  const file = { path: data, partitionValues: {}, sizeBytes: 1, modifiedMs: Date.now() };
  const options = { shape, nowMs: Date.now(), progress: { appId: name, version: i } };
  await commit(table, stageAppend(await table.newest(), path, [file], options));
}

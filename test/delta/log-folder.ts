import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A name of a log file: the version in twenty digits and an ending. */
export const logName = (version: number, ending = '.json'): string => `${String(version).padStart(20, '0')}${ending}`;

export const protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** The metadata of a table with one column of whole numbers, and what a test adds. */
export const metaDataOf = (more: object = {}) => ({
  id: 'a-table',
  format: { provider: 'parquet', options: {} },
  schemaString: JSON.stringify({
    type: 'struct',
    fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }],
  }),
  partitionColumns: [],
  configuration: {},
  ...more,
});

export const addOf = (path: string, more: object = {}) => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, ...more },
});

export const removeOf = (path: string, more: object = {}) => ({
  remove: { path, deletionTimestamp: 1, dataChange: true, ...more },
});

export const created = [{ protocol }, { metaData: metaDataOf() }];

/** Writes a commit by hand, one action a line; a text stands for a line as it is. */
export async function writeCommit(table: string, version: number, actions: readonly unknown[]): Promise<void> {
  await mkdir(join(table, '_delta_log'), { recursive: true });
  const lines = actions.map(action => (typeof action === 'string' ? action : JSON.stringify(action)));
  await writeFile(join(table, '_delta_log', logName(version)), `${lines.join('\n')}\n`);
}

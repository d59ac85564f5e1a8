import type { SchemaElement } from 'hyparquet';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import type { Action, AddFile, RemoveFile } from './actions.js';
import type { Snapshot } from './snapshot.js';

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type: 'OPTIONAL',
});
const long = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: 'OPTIONAL' });
const integer = (name: string): SchemaElement => ({ name, type: 'INT32', repetition_type: 'OPTIONAL' });
const truth = (name: string): SchemaElement => ({ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' });

const texts = (name: string): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  text('element'),
];
const textMap = (name: string): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'MAP', logical_type: { type: 'MAP' } },
  { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
  { ...text('key'), repetition_type: 'REQUIRED' },
  text('value'),
];
const group = (name: string, children: number, ...members: readonly SchemaElement[][]): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: children },
  ...members.flat(),
];
const deletionVector = group('deletionVector', 5, [
  text('storageType'),
  text('pathOrInlineDv'),
  integer('offset'),
  integer('sizeInBytes'),
  long('cardinality'),
]);

/** The Parquet schema of a classic checkpoint (Delta, "Checkpoint Schema"). */
const checkpointSchema: SchemaElement[] = [
  { name: 'spark_schema', num_children: 6 },
  ...group('txn', 3, [text('appId'), long('version'), long('lastUpdated')]),
  ...group(
    'add',
    8,
    [text('path')],
    textMap('partitionValues'),
    [long('size'), long('modificationTime'), truth('dataChange'), text('stats')],
    textMap('tags'),
    deletionVector,
  ),
  ...group(
    'remove',
    7,
    [text('path'), long('deletionTimestamp'), truth('dataChange'), truth('extendedFileMetadata')],
    textMap('partitionValues'),
    [long('size')],
    deletionVector,
  ),
  ...group(
    'metaData',
    8,
    [text('id'), text('name'), text('description')],
    group('format', 2, [text('provider')], textMap('options')),
    [text('schemaString')],
    texts('partitionColumns'),
    textMap('configuration'),
    [long('createdTime')],
  ),
  ...group(
    'protocol',
    4,
    [integer('minReaderVersion'), integer('minWriterVersion')],
    texts('readerFeatures'),
    texts('writerFeatures'),
  ),
  ...group('domainMetadata', 3, [text('domain'), text('configuration'), truth('removed')]),
];

/**
 * A classic checkpoint of a snapshot as a Parquet file, with the number of its rows.
 * @param keepRemovedAfterMs tombstones older than this instant are left out: vacuum is free to have deleted their files
 */
export async function encodeCheckpoint(
  snapshot: Snapshot,
  keepRemovedAfterMs: number,
): Promise<{ readonly bytes: Uint8Array; readonly rowCount: number; readonly addCount: number }> {
  const tombstones = [...snapshot.tombstones.values()].filter(r => (r.deletionTimestamp ?? 0) > keepRemovedAfterMs);
  const header = [
    { kind: 'protocol', value: snapshot.protocol },
    { kind: 'metaData', value: { ...snapshot.metaData, createdTime: toLong(snapshot.metaData.createdTime) } },
    ...[...snapshot.txns].map(([appId, version]) => ({ kind: 'txn', value: { appId, version } })),
    ...[...snapshot.domains].map(([domain, configuration]) => ({
      kind: 'domainMetadata',
      value: { domain, configuration, removed: false },
    })),
  ];
  const rows: readonly { readonly kind: string; readonly value: unknown }[] = [
    ...header,
    ...[...snapshot.files.values()].map(file => ({ kind: 'add', value: addRow(file) })),
    ...tombstones.map(file => ({ kind: 'remove', value: removeRow(file) })),
  ];
  const kinds = ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata'] satisfies (keyof Action)[];
  const writer = new ByteWriter();
  await parquetWrite({
    writer,
    schema: checkpointSchema,
    columnData: kinds.map(kind => ({
      name: kind,
      data: rows.map(row => (row.kind === kind ? row.value : null)),
    })),
    codec: 'SNAPPY',
    rowGroupSize: [header.length, ...groupSizes(snapshot.files.size), ...groupSizes(tombstones.length)],
    createdBy: 'playhead',
  });
  return { bytes: writer.getBytes(), rowCount: rows.length, addCount: snapshot.files.size };
}

/**
 * Row groups of one kind of action each: a reader leaves out the columns that hold only nulls in a group, which are most.
 * The last size stands for all that follow.
 */
const groupSizes = (count: number): number[] =>
  Array.from({ length: Math.ceil(count / groupRowsMax) }, (_, i) => Math.min(groupRowsMax, count - i * groupRowsMax));
const groupRowsMax = 100_000;

const toLong = (value: number | undefined) => (value === undefined ? undefined : BigInt(value));

const dvRow = (dv: AddFile['deletionVector']) => dv && { ...dv, cardinality: BigInt(dv.cardinality) };

const addRow = (file: AddFile) => ({
  ...file,
  size: BigInt(file.size),
  modificationTime: BigInt(file.modificationTime),
  // Delta, "Checkpoint Schema": readers of a checkpoint see no change.
  dataChange: false,
  deletionVector: dvRow(file.deletionVector),
});

const removeRow = (file: RemoveFile) => ({
  ...file,
  size: toLong(file.size),
  deletionTimestamp: toLong(file.deletionTimestamp),
  dataChange: false,
  deletionVector: dvRow(file.deletionVector),
});

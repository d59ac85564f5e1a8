import { randomUUID } from 'node:crypto';
import { PlayheadError } from '#errors';
import type { Action, AddFile, MetaData } from './actions.js';
import { ownProtocol } from './features.js';
import { addOf, commitInfoOf, type NewFile, removeOf } from './file-actions.js';
import { parseSchema, type StructType, typeText, withNewColumns } from './schema.js';
import { keyOf, type Snapshot } from './snapshot.js';
import { readStats } from './stats.js';

/** Progress of an application, committed together with the rows that it is about. */
export interface Progress {
  readonly appId: string;
  readonly version: number | bigint;
}

/** What the table should look like; needed to create it and to add columns. */
export interface TableShape {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly description?: string | undefined;
}

/** Which rows a change has looked at, so that a concurrent change to them is noticed. */
export type Reads =
  | 'nothing'
  | 'everything'
  | ((file: { readonly partitionValues: AddFile['partitionValues'] }) => boolean);

/** A change that is worked out and not yet made. */
export interface StagedCommit {
  /** Version that the change was worked out on; -1 for a table that does not exist. */
  readonly basis: number;
  readonly actions: readonly Action[];
  readonly reads: Reads;
  readonly progress: Progress | undefined;
}

/** What every change may carry. */
export interface ChangeOptions {
  /** For `history`: WRITE, DELETE, CREATE TABLE, ... */
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, string>>;
  readonly progress?: Progress | undefined;
  /** Table shape that the rows have: creates the table where there is none, adds columns that it lacks. */
  readonly shape?: TableShape;
  /** Free text of the caller for `history`. */
  readonly userMetadata?: string | undefined;
  readonly nowMs: number;
}

interface Change extends ChangeOptions {
  readonly mode: 'Append' | 'Overwrite';
  readonly files: readonly NewFile[];
  readonly removes: (file: AddFile) => boolean;
  readonly reads: Reads;
}

/** Adds files. @param snapshot undefined where there is no table yet. @throws DELTA_SCHEMA_MISMATCH */
export function stageAppend(
  snapshot: Snapshot | undefined,
  at: string,
  files: readonly NewFile[],
  options: ChangeOptions,
): StagedCommit {
  return stage(snapshot, at, { ...options, mode: 'Append', files, removes: () => false, reads: 'nothing' });
}

/** Replaces all rows; the table takes the schema and the partitioning of the shape. @throws DELTA_UNSUPPORTED for append-only tables */
export function stageOverwrite(
  snapshot: Snapshot | undefined,
  at: string,
  files: readonly NewFile[],
  options: ChangeOptions,
): StagedCommit {
  return stage(snapshot, at, { ...options, mode: 'Overwrite', files, removes: () => true, reads: 'everything' });
}

/**
 * Replaces the rows of the partitions that `isReplaced` picks. Every new file must lie in one of them.
 * @throws DELTA_SCHEMA_MISMATCH, DELTA_UNSUPPORTED for append-only tables
 */
export function stageReplacePartitions(
  snapshot: Snapshot | undefined,
  at: string,
  files: readonly NewFile[],
  isReplaced: (file: { readonly partitionValues: AddFile['partitionValues'] }) => boolean,
  options: ChangeOptions,
): StagedCommit {
  const stray = files.find(file => !isReplaced(file));
  if (stray !== undefined) {
    throw new PlayheadError({
      code: 'DELTA_SCHEMA_MISMATCH',
      at,
      message: `new rows lie outside the partitions to replace: ${JSON.stringify(stray.partitionValues)}`,
    });
  }
  return stage(snapshot, at, { ...options, mode: 'Overwrite', files, removes: isReplaced, reads: isReplaced });
}

/**
 * Replaces some files by others that hold their rows changed, and new ones (Delta's MERGE by copy on write).
 * @param replaced keys of the live files that go
 * @param reads which files were looked at to find them: a concurrent change to these conflicts
 * @throws DELTA_UNSUPPORTED for append-only tables
 */
export function stageMerge(
  snapshot: Snapshot,
  at: string,
  files: readonly NewFile[],
  replaced: ReadonlySet<string>,
  reads: Reads,
  options: ChangeOptions,
): StagedCommit {
  return stage(snapshot, at, { ...options, mode: 'Append', files, removes: file => replaced.has(keyOf(file)), reads });
}

function stage(snapshot: Snapshot | undefined, at: string, change: Change): StagedCommit {
  const header = snapshot === undefined ? createActions(at, change) : metaDataChange(snapshot, at, change);
  const removed = [...(snapshot?.files.values() ?? [])].filter(change.removes);
  if (removed.length > 0 && snapshot?.metaData.configuration['delta.appendOnly'] === 'true') {
    throw new PlayheadError({
      code: 'DELTA_UNSUPPORTED',
      at,
      message: 'the table is append-only (property delta.appendOnly): its rows cannot be removed or replaced',
    });
  }
  assertNotNull(schemaAfter(snapshot, at, header), at, change.files);
  const added = new Set(change.files.map(file => keyOf(addOf(file, true))));
  const info = commitInfoOf({
    snapshot,
    nowMs: change.nowMs,
    operation: change.operation ?? 'WRITE',
    operationParameters: change.operationParameters ?? { mode: change.mode },
    isBlindAppend: change.reads === 'nothing' && removed.length === 0,
    metrics: {
      numFiles: String(change.files.length),
      ...outputRows(change.files),
      numOutputBytes: String(change.files.reduce((sum, file) => sum + file.sizeBytes, 0)),
      numRemovedFiles: String(removed.length),
    },
    userMetadata: change.userMetadata,
  });
  const actions: Action[] = [
    { commitInfo: info },
    ...header,
    ...(change.progress === undefined
      ? []
      : [
          {
            txn: { appId: change.progress.appId, version: BigInt(change.progress.version), lastUpdated: change.nowMs },
          },
        ]),
    ...removed.filter(file => !added.has(keyOf(file))).map(file => ({ remove: removeOf(file, change.nowMs, true) })),
    ...change.files.map(file => ({ add: addOf(file, true) })),
  ];
  return { basis: snapshot?.version ?? -1, actions, reads: change.reads, progress: change.progress };
}

/** How many rows the files hold, where all of them say so. */
function outputRows(files: readonly NewFile[]): { readonly numOutputRows?: string } {
  const counts = files.map(file => readStats(file).numRecords);
  if (counts.some(count => count === undefined)) return {};
  return { numOutputRows: String(counts.reduce((sum: number, count) => sum + (count ?? 0), 0)) };
}

function schemaAfter(snapshot: Snapshot | undefined, at: string, header: readonly Action[]): StructType {
  const changed = header.find(action => action.metaData !== undefined)?.metaData;
  if (changed !== undefined) return parseSchema(changed.schemaString, at);
  return snapshot?.schema ?? { type: 'struct', fields: [] };
}

/** Delta, "Column Invariants": a column that is not nullable holds no null. @throws DELTA_SCHEMA_MISMATCH */
function assertNotNull({ fields }: StructType, at: string, files: readonly NewFile[]): void {
  for (const { name } of fields.filter(field => !field.nullable)) {
    for (const file of files) {
      const isPartition = Object.hasOwn(file.partitionValues, name);
      const nulls = isPartition ? Number(!file.partitionValues[name]) : readStats(file).nullCount[name];
      if (nulls === 0) continue;
      const message = `the column "${name}" must not be null; the rows ${typeof nulls === 'number' ? `have ${nulls} nulls in it` : 'do not tell whether they keep to it'}`;
      throw new PlayheadError({ code: 'DELTA_SCHEMA_MISMATCH', at, message });
    }
  }
}

function createActions(at: string, { shape, nowMs }: Change): Action[] {
  if (shape === undefined) {
    throw new PlayheadError({
      code: 'DELTA_NOT_A_TABLE',
      at,
      message: 'there is no table to change, and no schema to create it with',
    });
  }
  const metaData: MetaData = {
    id: randomUUID(),
    name: undefined,
    description: shape.description,
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify(shape.schema),
    partitionColumns: [...shape.partitionColumns],
    configuration: { ...shape.properties },
    createdTime: nowMs,
  };
  return [{ protocol: ownProtocol }, { metaData }];
}

/** A new `metaData` where the shape asks for columns (or, when all rows are replaced, for anything) that the table has not. */
function metaDataChange({ metaData, schema }: Snapshot, at: string, { shape, mode, reads }: Change): Action[] {
  if (shape === undefined) return [];
  const replacesAll = mode === 'Overwrite' && reads === 'everything';
  const isSamePartitioning = shape.partitionColumns.join('\u0000') === metaData.partitionColumns.join('\u0000');
  if (replacesAll) {
    if (isSamePartitioning && typeText(shape.schema) === typeText(schema)) return [];
    const schemaString = JSON.stringify(shape.schema);
    return [{ metaData: { ...metaData, schemaString, partitionColumns: [...shape.partitionColumns] } }];
  }
  if (!isSamePartitioning) {
    throw new PlayheadError({
      code: 'DELTA_SCHEMA_MISMATCH',
      at,
      message: `the table is partitioned by (${metaData.partitionColumns.join(', ')}), the rows by (${shape.partitionColumns.join(', ')})`,
    });
  }
  const merged = withNewColumns(schema, shape.schema, at);
  return merged === schema ? [] : [{ metaData: { ...metaData, schemaString: JSON.stringify(merged) } }];
}

import { z } from 'zod';
import { PlayheadError } from '#errors';
import { parseExactJson } from './exact-json.js';
import { plainAdd } from './plain-add.js';

/** A whole number that may be written with more digits than a double holds. */
const size = z.union([z.number(), z.string().regex(/^-?\d+$/), z.bigint()]).transform(Number);
/** Bytes, rows, versions: never below zero. */
const count = size.refine(value => Number.isInteger(value) && value >= 0, 'must be a whole number from 0 on');
const long = z.union([z.number().int(), z.string().regex(/^-?\d+$/), z.bigint()]).transform(BigInt);
/** Checkpoints say null for what JSON leaves out. */
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform(value => value ?? undefined);
const texts = z.record(z.string(), z.string().nullable());

const deletionVector = z.object({
  storageType: z.string(),
  pathOrInlineDv: z.string(),
  offset: optional(count),
  sizeInBytes: count,
  cardinality: count,
});

const protocol = z.object({
  minReaderVersion: count,
  minWriterVersion: count,
  readerFeatures: optional(z.array(z.string())),
  writerFeatures: optional(z.array(z.string())),
});

const metaData = z.object({
  id: z.string(),
  name: optional(z.string()),
  description: optional(z.string()),
  format: z
    .object({ provider: z.string(), options: texts.nullish().transform(value => value ?? {}) })
    .default({ provider: 'parquet', options: {} }),
  schemaString: z.string(),
  partitionColumns: z.array(z.string()),
  configuration: z
    .record(z.string(), z.string().nullable())
    .nullish()
    .transform(value => value ?? {}),
  createdTime: optional(size),
});

const add = z.object({
  path: z.string(),
  partitionValues: texts,
  size: count,
  modificationTime: size,
  dataChange: z.boolean(),
  // Statistics only save work: those of another form than a text count as absent.
  stats: optional(z.string()).catch(undefined),
  tags: optional(texts),
  deletionVector: optional(deletionVector),
  baseRowId: optional(long),
  defaultRowCommitVersion: optional(long),
  clusteringProvider: optional(z.string()),
});

const remove = z.object({
  path: z.string(),
  deletionTimestamp: optional(size),
  dataChange: z.boolean(),
  extendedFileMetadata: optional(z.boolean()),
  partitionValues: optional(texts),
  size: optional(count),
  deletionVector: optional(deletionVector),
});

const txn = z.object({ appId: z.string(), version: long, lastUpdated: optional(size) });
/** Delta, "Commit Provenance Information": any JSON, so what is odd in it must not hide the rest of the commit. */
const commitInfo = z
  .looseObject({
    timestamp: optional(size).catch(undefined),
    inCommitTimestamp: optional(size).catch(undefined),
    operation: optional(z.string()).catch(undefined),
  })
  .catch({ timestamp: undefined, inCommitTimestamp: undefined, operation: undefined });
const domainMetadata = z.object({ domain: z.string(), configuration: z.string(), removed: z.boolean() });
const sidecar = z.object({ path: z.string(), sizeInBytes: count, modificationTime: size });

export type Protocol = Readonly<z.infer<typeof protocol>>;
export type MetaData = Readonly<z.infer<typeof metaData>>;
export type AddFile = Readonly<z.infer<typeof add>>;
export type RemoveFile = Readonly<z.infer<typeof remove>>;
export type Txn = Readonly<z.infer<typeof txn>>;
export type CommitInfo = Readonly<z.infer<typeof commitInfo>>;
export type DomainMetadata = Readonly<z.infer<typeof domainMetadata>>;
export type Sidecar = Readonly<z.infer<typeof sidecar>>;

/** One line of a commit (Delta, "Actions"). */
export interface Action {
  readonly protocol?: Protocol;
  readonly metaData?: MetaData;
  readonly add?: AddFile;
  readonly remove?: RemoveFile;
  readonly txn?: Txn;
  readonly commitInfo?: CommitInfo;
  readonly domainMetadata?: DomainMetadata;
  readonly sidecar?: Sidecar;
}

const action = z.object({
  protocol: protocol.optional(),
  metaData: metaData.optional(),
  add: add.optional(),
  remove: remove.optional(),
  txn: txn.optional(),
  commitInfo: commitInfo.optional(),
  domainMetadata: domainMetadata.optional(),
  sidecar: sidecar.optional(),
});

/** One row of a checkpoint as an action; columns that are null are left out. @throws DELTA_CORRUPT_LOG */
export function actionOfRow(row: Readonly<Record<string, unknown>>, at: string): Action {
  const add = plainAdd(row);
  if (add !== undefined) return { add };
  const given = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return checked(Object.fromEntries(given), at);
}

/** The actions of a commit file, one JSON object a line. Kinds of action that are not known are passed over. @throws DELTA_CORRUPT_LOG */
export function parseCommit(text: string, at: string): Action[] {
  const actions: Action[] = [];
  let line = 0;
  for (const json of text.split('\n')) {
    line += 1;
    if (json.trim() !== '') actions.push(checked(parsed(json, `${at}:${line}`), `${at}:${line}`));
  }
  for (const kind of ['protocol', 'metaData'] as const) assertOnce(actions, kind, at);
  if (actions.length > 0) return actions;
  throw new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message: 'the commit file is empty' });
}

/** Delta, "Actions": a version has one protocol and one metadata at most; which of two would hold is not said. */
function assertOnce(actions: readonly Action[], kind: 'protocol' | 'metaData', at: string): void {
  const found = actions.filter(action => action[kind] !== undefined).length;
  if (found <= 1) return;
  throw new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message: `the file holds ${found} "${kind}" actions` });
}

function parsed(json: string, at: string): unknown {
  try {
    return parseExactJson(json);
  } catch (cause) {
    throw new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message: 'the line is no JSON', cause });
  }
}

function checked(value: unknown, at: string): Action {
  const add = plainAdd(value);
  if (add !== undefined) return { add };
  const result = action.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PlayheadError({
    code: 'DELTA_CORRUPT_LOG',
    at,
    message: `${issue?.path.join('.') || 'action'}: ${issue?.message ?? 'not understood'}`,
    cause: result.error,
  });
}

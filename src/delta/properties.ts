import { PlayheadError } from '#errors';
import { commitInfoOf } from './file-actions.js';
import { durationMs } from './interval.js';
import { fieldsOn } from './schema.js';
import type { Snapshot } from './snapshot.js';
import type { StagedCommit } from './stage.js';

/** Properties to set, and names of those to take away. */
export interface PropertyChange {
  readonly set?: Readonly<Record<string, string>>;
  readonly unset?: readonly string[];
  readonly nowMs: number;
}

type Check = (value: string, snapshot: Snapshot) => string | undefined;

const truth: Check = value => (/^(true|false)$/.test(value) ? undefined : 'must be true or false');
const duration: Check = value =>
  durationMs(value) === undefined ? 'must be an interval such as "interval 7 days"' : undefined;
const wholeNumber =
  (least: number): Check =>
  value =>
    /^-?\d{1,9}$/.test(value) && Number(value) >= least ? undefined : `must be a whole number from ${least} on`;
const columns: Check = (value, { schema }) => {
  const unknown = value
    .split(',')
    .map(name => name.trim())
    .find(name => fieldsOn(name.split('.'), schema).length === 0);
  return unknown === undefined ? undefined : `names a column "${unknown}" that the table has not`;
};

/** Properties of Delta that this module honours (Delta, "Table Properties"), and what their values must look like. */
const honoured: Readonly<Record<string, Check>> = {
  'delta.appendOnly': truth,
  'delta.checkpointInterval': wholeNumber(1),
  'delta.deletedFileRetentionDuration': duration,
  'delta.logRetentionDuration': duration,
  'delta.enableExpiredLogCleanup': truth,
  'delta.dataSkippingNumIndexedCols': wholeNumber(-1),
  'delta.dataSkippingStatsColumns': columns,
};

/**
 * Works out the commit that changes a table's properties, as `ALTER TABLE ... SET TBLPROPERTIES` does. Names that do not
 * begin with `delta.` are free; of Delta's own only those are taken that this module honours, for any other would promise
 * what no write of it keeps.
 * @throws DELTA_PROPERTY_INVALID
 */
export function stageProperties(
  snapshot: Snapshot,
  at: string,
  { set = {}, unset = [], nowMs }: PropertyChange,
): StagedCommit {
  for (const [name, value] of Object.entries(set)) assertProperty(snapshot, at, name, value);
  for (const name of unset) {
    if (!Object.hasOwn(snapshot.metaData.configuration, name)) throw invalid(at, `${name} is not set`);
    if (isDeltas(name) && honoured[name] === undefined) throw invalid(at, `${name} belongs to a feature of the table`);
  }
  const kept = Object.entries(snapshot.metaData.configuration).filter(([name]) => !unset.includes(name));
  const configuration = { ...Object.fromEntries(kept), ...set };
  const [operation, operationParameters] =
    Object.keys(set).length > 0
      ? ['SET TBLPROPERTIES', { properties: JSON.stringify(set) }]
      : ['UNSET TBLPROPERTIES', { properties: JSON.stringify(unset), ifExists: 'false' }];
  const commitInfo = commitInfoOf({
    snapshot,
    nowMs,
    operation,
    operationParameters,
    isBlindAppend: false,
    metrics: {},
  });
  const metaData = { ...snapshot.metaData, configuration };
  return { basis: snapshot.version, actions: [{ commitInfo }, { metaData }], reads: 'nothing', progress: undefined };
}

function assertProperty(snapshot: Snapshot, at: string, name: string, value: string): void {
  if (name.trim() === '') throw invalid(at, 'a property needs a name');
  if (!isDeltas(name)) return;
  const known = Object.keys(honoured);
  const check = honoured[name];
  if (check === undefined)
    throw invalid(at, `${name} is not honoured here; of Delta's own these are: ${known.join(', ')}`);
  const complaint = check(value, snapshot);
  if (complaint !== undefined) throw invalid(at, `${name} = ${value} ${complaint}`);
}

/** Delta compares its own names whatever their case. */
const isDeltas = (name: string): boolean => name.toLowerCase().startsWith('delta.');

const invalid = (at: string, message: string): PlayheadError =>
  new PlayheadError({
    code: 'DELTA_PROPERTY_INVALID',
    at,
    message,
    hint: 'nothing was changed; `playhead delta describe <path>` shows the properties',
  });

/**
 * Which top-level columns get statistics (Delta, "Per-file Statistics"): those that `delta.dataSkippingStatsColumns` names,
 * else the first so many by `delta.dataSkippingNumIndexedCols`, else all.
 */
export function indexedColumns({ metaData, schema }: Pick<Snapshot, 'metaData' | 'schema'>): (name: string) => boolean {
  const named = metaData.configuration['delta.dataSkippingStatsColumns'];
  if (typeof named === 'string') {
    const tops = new Set(named.split(',').map(name => name.trim().split('.')[0]));
    return name => tops.has(name);
  }
  const limit = Number(metaData.configuration['delta.dataSkippingNumIndexedCols'] ?? -1);
  if (!Number.isInteger(limit) || limit < 0) return () => true;
  const first = new Set(schema.fields.slice(0, limit).map(({ name }) => name));
  return name => first.has(name);
}

import { PlayheadError } from '#errors';
import type { Action, AddFile, MetaData, Protocol, RemoveFile } from './actions.js';
import { assertSupported } from './features.js';
import { fileKey } from './file-path.js';
import { type Field, parseSchema, type StructType, typeText } from './schema.js';

/** A table at one version. */
export interface Snapshot {
  readonly version: number;
  readonly protocol: Protocol;
  readonly metaData: MetaData;
  readonly schema: StructType;
  /** Live files by their key. */
  readonly files: ReadonlyMap<string, AddFile>;
  /** Removed files that vacuum may not have deleted yet. */
  readonly tombstones: ReadonlyMap<string, RemoveFile>;
  /** Progress of each application: the newest `txn` version. */
  readonly txns: ReadonlyMap<string, bigint>;
  /** Configuration that features keep for themselves. */
  readonly domains: ReadonlyMap<string, string>;
}

/** Collects actions in the order of the log (Delta, "Action Reconciliation"). */
export class Replay {
  #protocol: Protocol | undefined;
  #metaData: MetaData | undefined;
  #schema: StructType | undefined;
  readonly #files: Map<string, AddFile>;
  readonly #tombstones: Map<string, RemoveFile>;
  readonly #txns: Map<string, bigint>;
  readonly #domains: Map<string, string>;
  readonly #at: string;

  /** @param from the snapshot that the actions follow; it stays as it is */
  constructor(at: string, from?: Snapshot) {
    this.#at = at;
    this.#protocol = from?.protocol;
    this.#metaData = from?.metaData;
    this.#schema = from?.schema;
    this.#files = new Map(from?.files);
    this.#tombstones = new Map(from?.tombstones);
    this.#txns = new Map(from?.txns);
    this.#domains = new Map(from?.domains);
  }

  /** @throws DELTA_UNSUPPORTED, DELTA_CORRUPT_LOG */
  apply(actions: readonly Action[], version: number): void {
    const at = `${this.#at} version ${version}`;
    for (const action of actions) this.#applyOne(action, at);
  }

  #applyOne({ protocol, metaData, add, remove, txn, domainMetadata }: Action, at: string): void {
    if (protocol !== undefined) {
      this.#protocol = protocol;
      // A newer protocol may mean other things by the actions that follow.
      assertSupported(protocol, 'read', at, () => false);
    }
    if (metaData !== undefined) {
      this.#metaData = metaData;
      this.#schema = parseSchema(metaData.schemaString, at);
    }
    if (add !== undefined) {
      const key = keyOf(add);
      this.#files.set(key, add);
      this.#tombstones.delete(key);
    }
    if (remove !== undefined) {
      const key = keyOf(remove);
      this.#files.delete(key);
      this.#tombstones.set(key, remove);
    }
    if (txn !== undefined) this.#txns.set(txn.appId, txn.version);
    if (domainMetadata?.removed === false) this.#domains.set(domainMetadata.domain, domainMetadata.configuration);
    if (domainMetadata?.removed === true) this.#domains.delete(domainMetadata.domain);
  }

  /** @throws DELTA_CORRUPT_LOG when the log says too little, DELTA_UNSUPPORTED when the table needs what is not implemented */
  finish(version: number): Snapshot {
    const at = `${this.#at} version ${version}`;
    const [protocol, metaData, schema] = [this.#protocol, this.#metaData, this.#schema];
    if (protocol === undefined || metaData === undefined || schema === undefined) {
      const missing = protocol === undefined ? 'protocol' : 'metaData';
      throw new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message: `the log holds no "${missing}" action` });
    }
    const { provider } = metaData.format;
    if (provider.toLowerCase() !== 'parquet') {
      throw new PlayheadError({
        code: 'DELTA_UNSUPPORTED',
        at,
        message: `the data files are in the format "${provider}"; only parquet is read`,
      });
    }
    const snapshot = {
      version,
      protocol,
      metaData,
      schema,
      files: this.#files,
      tombstones: this.#tombstones,
      txns: this.#txns,
      domains: this.#domains,
    };
    assertSupported(protocol, 'read', at, feature => isInUse(snapshot, feature));
    return snapshot;
  }
}

/** @throws DELTA_UNSUPPORTED when the table needs a writer feature that is not implemented */
export function assertWritable(snapshot: Snapshot, at: string): void {
  assertSupported(snapshot.protocol, 'write', at, feature => isInUse(snapshot, feature));
}

/** Whether each commit of the table carries its time (Delta, "In-Commit Timestamps"). */
export const hasInCommitTimestamps = ({ metaData }: Pick<Snapshot, 'metaData'>): boolean =>
  metaData.configuration['delta.enableInCommitTimestamps'] === 'true';

export const keyOf = (file: AddFile | RemoveFile): string => {
  const dv = file.deletionVector;
  return fileKey(file.path, dv && `${dv.storageType}${dv.pathOrInlineDv}@${dv.offset ?? ''}`);
};

/** Whether a table really uses a feature that its protocol allows. Unknown features count as used. */
export function isInUse(snapshot: Omit<Snapshot, 'version'>, feature: string): boolean {
  const { metaData, schema, files } = snapshot;
  const property = (name: string) => metaData.configuration[name] ?? undefined;
  const anyField = (key: string) => isAnywhere(schema.fields, key);
  const anyType = (name: string) => new RegExp(`(?:^|[:<,])${name}(?:$|[>,])`).test(typeText(schema));
  switch (feature) {
    case 'columnMapping':
      return (property('delta.columnMapping.mode') ?? 'none') !== 'none';
    case 'deletionVectors':
      return (
        property('delta.enableDeletionVectors') === 'true' ||
        [...files.values()].some(file => file.deletionVector !== undefined)
      );
    case 'changeDataFeed':
      return property('delta.enableChangeDataFeed') === 'true';
    case 'checkConstraints':
      return Object.keys(metaData.configuration).some(name => name.startsWith('delta.constraints.'));
    case 'invariants':
      return anyField('delta.invariants');
    case 'generatedColumns':
      return anyField('delta.generationExpression');
    case 'identityColumns':
      return anyField('delta.identity.start');
    case 'typeWidening':
    case 'typeWidening-preview':
      return anyField('delta.typeChanges');
    case 'inCommitTimestamp':
      return hasInCommitTimestamps(snapshot);
    case 'icebergCompatV1':
      return property('delta.enableIcebergCompatV1') === 'true';
    case 'icebergCompatV2':
      return property('delta.enableIcebergCompatV2') === 'true';
    case 'allowColumnDefaults':
      return anyField('CURRENT_DEFAULT');
    case 'clustering':
      return snapshot.domains.has('delta.clustering');
    case 'timestampNtz':
      return anyType('timestamp_ntz');
    case 'variantType':
    case 'variantType-preview':
    case 'variantShredding':
    case 'variantShredding-preview':
      return anyType('variant');
    // Row tracking binds writers as soon as the protocol names it, whatever the property says (Delta, "Row Tracking").
    default:
      return true;
  }
}

/** Whether a field, or one nested in it, carries metadata of this name. */
const isAnywhere = (fields: readonly Field[], key: string): boolean =>
  fields.some(field => key in field.metadata || JSON.stringify(field.type).includes(JSON.stringify(key)));

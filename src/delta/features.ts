import { PlayheadError } from '#errors';
import type { Protocol } from './actions.js';

/** What this module does with a table that needs a feature. */
export interface FeatureSupport {
  /** The versions of the protocol before features were named, from which on a table may use it. */
  readonly legacyReader?: number;
  readonly legacyWriter?: number;
  readonly read: 'yes' | 'refuse';
  readonly write: 'yes' | 'refuse';
  /** What a refusal says, or why reading needs nothing. */
  readonly because: string;
}

/** Every table feature of the protocol (Delta, "Valid Feature Names in Table Features"); others are refused as unknown. */
export const features: Readonly<Record<string, FeatureSupport>> = {
  appendOnly: {
    legacyWriter: 2,
    read: 'yes',
    write: 'yes',
    because: 'removing rows is refused where the property is set',
  },
  invariants: { legacyWriter: 2, read: 'yes', write: 'refuse', because: 'invariants are not checked' },
  checkConstraints: { legacyWriter: 3, read: 'yes', write: 'refuse', because: 'constraints are not checked' },
  changeDataFeed: { legacyWriter: 4, read: 'yes', write: 'refuse', because: 'change files are not written' },
  generatedColumns: { legacyWriter: 4, read: 'yes', write: 'refuse', because: 'columns are not generated' },
  columnMapping: {
    legacyReader: 2,
    legacyWriter: 5,
    read: 'yes',
    write: 'refuse',
    because: 'columns are not written under their physical names',
  },
  identityColumns: { legacyWriter: 6, read: 'yes', write: 'refuse', because: 'identities are not generated' },
  deletionVectors: { read: 'yes', write: 'yes', because: 'deleted rows stay away; whole files are written anew' },
  timestampNtz: { read: 'yes', write: 'refuse', because: 'only UTC timestamps are written' },
  v2Checkpoint: { read: 'yes', write: 'refuse', because: 'only classic checkpoints are written' },
  vacuumProtocolCheck: { read: 'yes', write: 'yes', because: 'vacuum checks the protocol first' },
  inCommitTimestamp: { read: 'yes', write: 'yes', because: 'each commit carries a later time than the one before' },
  rowTracking: { read: 'yes', write: 'refuse', because: 'row ids are not assigned' },
  domainMetadata: { read: 'yes', write: 'yes', because: 'kept as it is' },
  icebergCompatV1: { read: 'yes', write: 'refuse', because: 'its restrictions are not checked' },
  icebergCompatV2: { read: 'yes', write: 'refuse', because: 'its restrictions are not checked' },
  clustering: { read: 'yes', write: 'refuse', because: 'files are not clustered' },
  typeWidening: { read: 'yes', write: 'refuse', because: 'changes of types are not recorded' },
  'typeWidening-preview': { read: 'yes', write: 'refuse', because: 'changes of types are not recorded' },
  allowColumnDefaults: { read: 'yes', write: 'refuse', because: 'defaults are not filled in' },
  checkpointProtection: { read: 'yes', write: 'refuse', because: 'its rules for log clean-up are not followed' },
  variantType: { read: 'refuse', write: 'refuse', because: 'variant values are not decoded' },
  'variantType-preview': { read: 'refuse', write: 'refuse', because: 'variant values are not decoded' },
  variantShredding: { read: 'refuse', write: 'refuse', because: 'variant values are not decoded' },
  'variantShredding-preview': { read: 'refuse', write: 'refuse', because: 'variant values are not decoded' },
  catalogManaged: { read: 'refuse', write: 'refuse', because: 'commits live in a catalog, not in the log' },
  'catalogOwned-preview': { read: 'refuse', write: 'refuse', because: 'commits live in a catalog, not in the log' },
};

/** The protocol of tables that this module creates: no features but the oldest two. */
export const ownProtocol: Protocol = {
  minReaderVersion: 1,
  minWriterVersion: 2,
  readerFeatures: undefined,
  writerFeatures: undefined,
};

/** Names of the features that a reader (or writer) must know and that the table really uses: a protocol only allows them. */
function needed(protocol: Protocol, kind: 'read' | 'write', isInUse: (feature: string) => boolean): string[] {
  const [version, named, limit] =
    kind === 'read'
      ? [protocol.minReaderVersion, protocol.readerFeatures, 3]
      : [protocol.minWriterVersion, protocol.writerFeatures, 7];
  if (version >= limit) return (named ?? []).filter(isInUse);
  return Object.entries(features)
    .filter(([name, support]) => {
      const since = kind === 'read' ? support.legacyReader : support.legacyWriter;
      return since !== undefined && since <= version && isInUse(name);
    })
    .map(([name]) => name);
}

/**
 * Refuses a table that cannot be read or written correctly, by the name of the feature that it needs.
 * @throws DELTA_UNSUPPORTED, DELTA_CORRUPT_LOG when the protocol does not say what it needs
 */
export function assertSupported(
  protocol: Protocol,
  kind: 'read' | 'write',
  at: string,
  isInUse: (feature: string) => boolean,
): void {
  const [version, newest] = kind === 'read' ? [protocol.minReaderVersion, 3] : [protocol.minWriterVersion, 7];
  if (!(version >= 1 && version <= newest)) {
    throw new PlayheadError({
      code: 'DELTA_UNSUPPORTED',
      at,
      message: `the table needs ${kind === 'read' ? 'reader' : 'writer'} version ${version}; up to ${newest} is known`,
    });
  }
  // Delta, "Table Features": from these versions on the features must be named, so that none is missed.
  const named = kind === 'read' ? protocol.readerFeatures : protocol.writerFeatures;
  if (version === newest && named === undefined) {
    const list = kind === 'read' ? 'readerFeatures' : 'writerFeatures';
    const message = `the protocol has ${kind === 'read' ? 'reader' : 'writer'} version ${version} and no "${list}"`;
    throw new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message });
  }
  for (const feature of needed(protocol, kind, isInUse)) {
    const support = features[feature];
    if (support?.[kind] === 'yes') continue;
    throw new PlayheadError({
      code: 'DELTA_UNSUPPORTED',
      at,
      message: `the table needs the feature "${feature}", which is not implemented for ${kind === 'read' ? 'reading' : 'writing'}${support === undefined ? '' : `: ${support.because}`}`,
    });
  }
}

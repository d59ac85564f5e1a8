import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { PlayheadError } from '#errors';
import type { AddFile, RemoveFile } from './actions.js';
import { locateFile } from './file-path.js';
import { readLogFile } from './log-read.js';
import { ByteReader, groupBy, readRoaring, u32, writeRoaring } from './roaring.js';
import { keyOf } from './snapshot.js';
import type { Store } from './store.js';
import { decodeZ85 } from './z85.js';

/** Where a vector lies and how large it is, as the log says it (Delta, "Deletion Vector Descriptor Schema"). */
export type DeletionVector = NonNullable<AddFile['deletionVector']>;

const portableMagic = 1_681_511_377;
const nativeMagic = 1_681_511_376;
const fileVersion = 1;
/** A UUID in Z85; a random prefix of folders may stand before it. */
const uuidLength = 20;

/**
 * The rows of files that are deleted, by `keyOf` the file: numbers of rows from 0 on in the order of the file, smallest
 * first. Files without a vector are not in it.
 * @throws DELTA_CORRUPT_LOG, DELTA_MISSING_FILE
 */
export async function readDeletions(
  store: Store,
  table: string,
  files: readonly AddFile[],
): Promise<Map<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  // Vectors of one commit share a file, so that it is read once.
  const contents = new Map<string, Promise<Buffer>>();
  const contentOf = (path: string) => {
    const known = contents.get(path) ?? readVectorFile(store, path);
    contents.set(path, known);
    return known;
  };
  for (const file of files) {
    const { deletionVector } = file;
    if (deletionVector === undefined) continue;
    found.set(keyOf(file), await readVector(table, file.path, deletionVector, contentOf));
  }
  return found;
}

/** The file that holds a vector; undefined for one that the log itself holds. @throws DELTA_CORRUPT_LOG */
export function locateVector(table: string, { storageType, pathOrInlineDv }: DeletionVector): string | undefined {
  if (storageType === 'i') return undefined;
  if (storageType === 'p') return locateFile(table, pathOrInlineDv);
  const split = pathOrInlineDv.length - uuidLength;
  if (storageType !== 'u' || split < 0) throw damaged(table, `a storage "${storageType}" of "${pathOrInlineDv}"`);
  const uuid = decoded(table, pathOrInlineDv.slice(split)).toString('hex');
  const dashed = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return join(table, pathOrInlineDv.slice(0, split), `deletion_vector_${dashed}.bin`);
}

/** The data file, and the one that says which of its rows are deleted. */
export function filesOf(table: string, { path, deletionVector }: AddFile | RemoveFile): string[] {
  const vector = deletionVector === undefined ? undefined : locateVector(table, deletionVector);
  return [locateFile(table, path), ...(vector === undefined ? [] : [vector])];
}

async function readVector(
  table: string,
  file: string,
  vector: DeletionVector,
  contentOf: (path: string) => Promise<Buffer>,
): Promise<readonly number[]> {
  const path = locateVector(table, vector);
  const at = path ?? join(table, file);
  const bytes =
    path === undefined
      ? decoded(at, vector.pathOrInlineDv).subarray(0, vector.sizeInBytes)
      : checkedPart(at, await contentOf(path), vector);
  const rows: number[] = [];
  try {
    readBitmaps(bytes, row => rows.push(row));
  } catch (cause) {
    throw damaged(at, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (rows.length === vector.cardinality) return rows;
  throw damaged(at, `${rows.length} rows where the log counts ${vector.cardinality}`);
}

async function readVectorFile(store: Store, path: string): Promise<Buffer> {
  const bytes = await readLogFile(store, path);
  if (bytes !== undefined) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new PlayheadError({
    code: 'DELTA_MISSING_FILE',
    at: path,
    message: 'the file that says which rows are deleted is missing',
    hint: 'bring it back from a backup: without it deleted rows would come back',
  });
}

/** Delta, "Deletion Vector File Storage Format": size, data, checksum from an offset on. */
function checkedPart(at: string, content: Buffer, { offset, sizeInBytes }: DeletionVector): Buffer {
  if (content[0] !== fileVersion) throw damaged(at, `version ${content[0]} of the file format`);
  const start = offset ?? 1;
  if (start + 8 + sizeInBytes > content.length) throw damaged(at, 'the file ends before it');
  const size = content.readUInt32BE(start);
  if (size !== sizeInBytes) throw damaged(at, `${size} bytes where the log says ${sizeInBytes}`);
  const data = content.subarray(start + 4, start + 4 + size);
  if (crc32(data) !== content.readUInt32BE(start + 4 + size)) throw damaged(at, 'its checksum does not agree');
  return data;
}

/** Delta, "Deletion Vector Format": bitmaps of 32-bit numbers, each with the upper half of its numbers. */
function readBitmaps(bytes: Buffer, found: (row: number) => void): void {
  const reader = new ByteReader(bytes);
  const magic = reader.u32();
  if (magic === portableMagic) {
    for (let count = reader.u64(); count > 0n; count -= 1n) {
      const base = reader.u32() * 2 ** 32;
      readRoaring(reader, value => found(base + value));
    }
    return;
  }
  if (magic !== nativeMagic) throw new RangeError(`magic number ${magic}`);
  const count = reader.u32();
  for (let key = 0; key < count; key += 1) {
    const bitmap = new ByteReader(reader.take(reader.u32()));
    readRoaring(bitmap, value => found(key * 2 ** 32 + value));
  }
}

/** The portable bytes of a vector (Delta, "Deletion Vector Format"). @param rows sorted and distinct */
export function encodeDeletionVector(rows: readonly number[]): Buffer {
  const groups = groupBy(rows, row => Math.floor(row / 2 ** 32));
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(groups.length));
  const bitmaps = groups.flatMap(([key, group]) => [u32(key), writeRoaring(group.map(row => row % 2 ** 32))]);
  return Buffer.concat([u32(portableMagic), count, ...bitmaps]);
}

function decoded(at: string, text: string): Buffer {
  try {
    return decodeZ85(text);
  } catch (cause) {
    throw damaged(at, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(at: string, what: string, cause?: unknown): PlayheadError {
  return new PlayheadError({
    code: 'DELTA_CORRUPT_LOG',
    at,
    message: `the deletion vector cannot be read: ${what}`,
    cause,
  });
}

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddFile, encodeDeletionVector, localStore, readDeletions, type Store } from '#delta';
import { filesOf } from '../../src/delta/deletion-vector.js';
import { decodeZ85, encodeZ85 } from '../../src/delta/z85.js';

type Vector = NonNullable<AddFile['deletionVector']>;

const fileWith = (deletionVector: Vector): AddFile => ({
  path: 'a.parquet',
  partitionValues: {},
  size: 1,
  modificationTime: 1,
  dataChange: true,
  stats: undefined,
  tags: undefined,
  deletionVector,
  baseRowId: undefined,
  defaultRowCommitVersion: undefined,
  clusteringProvider: undefined,
});
const none = { storageType: 'i', pathOrInlineDv: '', offset: undefined, sizeInBytes: 0, cardinality: 0 };

/** The local disk with one more file on it. */
const storeWith = (path: string, content: Buffer): Store => ({
  ...localStore,
  read: async asked => (asked === path ? new Uint8Array(content) : undefined),
});
const rowsOf = async (vector: Vector, store: Store = localStore) => [
  ...(await readDeletions(store, '/table', [fileWith(vector)])).values(),
];

function inline(bytes: Buffer, cardinality: number): Vector {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return { ...none, pathOrInlineDv: encodeZ85(padded), sizeInBytes: bytes.length, cardinality };
}

const uuid = 'd2c639aa-8816-431a-aaf6-d3fe2512ff61';
const uuidText = encodeZ85(Buffer.from(uuid.replaceAll('-', ''), 'hex'));

/** Delta, "Deletion Vector File Storage Format": version, and for each vector its size, its bytes and their checksum. */
function vectorFile(...vectors: readonly Buffer[]): Buffer {
  const be = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  return Buffer.concat([Buffer.of(1), ...vectors.flatMap(bytes => [be(bytes.length), bytes, be(crc32(bytes))])]);
}

describe('Delta, "Deletion Vector Format"', () => {
  const row = fc.oneof(
    fc.nat(300),
    fc.nat(200_000),
    fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 70_000 }),
    fc.integer({ min: 5 * 2 ** 32, max: 5 * 2 ** 32 + 20 }),
  );
  const run = fc.tuple(row, fc.nat(9_000)).map(([start, length]) => Array.from({ length }, (_, i) => start + i));
  const everyOther = fc
    .tuple(fc.nat(70_000), fc.nat(9_000))
    .map(([from, n]) => Array.from({ length: n }, (_, i) => from + 2 * i));
  const rowSets = fc
    .array(fc.oneof(fc.array(row, { maxLength: 50 }), run, everyOther), { maxLength: 4 })
    .map(parts => [...new Set(parts.flat())].toSorted((a, b) => a - b));

  it('any set of rows comes back from its bytes: sparse, dense, runs, beyond 32 bits', async () => {
    await fc.assert(
      fc.asyncProperty(rowSets, async rows => {
        expect(await rowsOf(inline(encodeDeletionVector(rows), rows.length))).toEqual([rows]);
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it('reads the native form too', async () => {
    const portable = encodeDeletionVector([3, 70_000]);
    const bitmap = portable.subarray(16);
    const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
    const native = Buffer.concat([u32(1_681_511_376), u32(1), u32(bitmap.length), bitmap]);
    expect(await rowsOf(inline(native, 2))).toEqual([[3, 70_000]]);
  });

  it('reads what Spark has written', async () => {
    const text = '^Bg9^0rr910000000000iXQKl0rr91000625c8Xg0rri41POJ5';
    expect(await rowsOf({ ...none, pathOrInlineDv: text, sizeInBytes: 38, cardinality: 3 })).toEqual([[1, 3, 5]]);
  });
});

describe('Delta, "Deletion Vector Descriptor Schema"', () => {
  const [first, second] = [encodeDeletionVector([0, 1, 2]), encodeDeletionVector([7])];
  const content = vectorFile(first, second);
  const at = { offset: 1 + 8 + first.length, sizeInBytes: second.length, cardinality: 1 };

  it.each([
    ['beside the table', { storageType: 'u', pathOrInlineDv: uuidText }, `/table/deletion_vector_${uuid}.bin`],
    [
      'in a folder of a random name',
      { storageType: 'u', pathOrInlineDv: `ab${uuidText}` },
      `/table/ab/deletion_vector_${uuid}.bin`,
    ],
    ['anywhere', { storageType: 'p', pathOrInlineDv: 'file:/else%20where/dv.bin' }, '/else where/dv.bin'],
  ])('finds a vector in a file %s, behind others', async (_, where, path) => {
    expect(await rowsOf({ ...at, ...where }, storeWith(path, content))).toEqual([[7]]);
    expect(filesOf('/table', fileWith({ ...at, ...where }))).toEqual([join('/table', 'a.parquet'), path]);
  });

  const broken = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(content);
    change(bytes);
    return bytes;
  };
  const path = `/table/deletion_vector_${uuid}.bin`;
  it.each([
    ['a checksum that does not agree', broken(bytes => bytes.writeUInt8(0xff, content.length - 1)), {}, 'checksum'],
    ['a changed row', broken(bytes => bytes.writeUInt8(9, content.length - 6)), {}, 'checksum'],
    ['another version of the file', broken(bytes => bytes.writeUInt8(2, 0)), {}, 'version 2'],
    ['another size', content, { sizeInBytes: second.length - 1 }, 'bytes where the log says'],
    ['another number of rows', content, { cardinality: 2 }, '1 rows where the log counts 2'],
    ['a file that ends early', content.subarray(0, 30), {}, 'ends before'],
    ['a storage nobody knows', content, { storageType: 'x' }, 'storage "x"'],
    ['a name that is no text of bytes', content, { pathOrInlineDv: `${uuidText.slice(0, 19)}"` }, 'alphabet'],
  ])('refuses %s', async (_, bytes, more, message) => {
    const vector = { ...at, storageType: 'u', pathOrInlineDv: uuidText, ...more };
    await expect(rowsOf(vector, storeWith(path, bytes))).rejects.toMatchObject({
      code: 'DELTA_CORRUPT_LOG',
      message: expect.stringContaining(message),
    });
  });

  it('says which file is missing', async () => {
    const vector = { ...at, storageType: 'u', pathOrInlineDv: uuidText };
    await expect(rowsOf(vector)).rejects.toMatchObject({ code: 'DELTA_MISSING_FILE', at: path });
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 14)],
    ['of another kind', (bytes: Buffer) => Buffer.concat([Buffer.of(1, 2, 3, 4), bytes.subarray(4)])],
    ['of a bitmap that is none', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(12)])],
  ])('refuses bytes that are %s', async (_, change) => {
    await expect(rowsOf(inline(change(first), 3))).rejects.toMatchObject({ code: 'DELTA_CORRUPT_LOG' });
  });
});

it('ZeroMQ RFC 32: the example of the specification', () => {
  const bytes = Buffer.from('864fd26fb559f75b', 'hex');
  expect(encodeZ85(bytes)).toBe('HelloWorld');
  expect(decodeZ85('HelloWorld')).toEqual(bytes);
  expect(() => decodeZ85('Hell')).toThrow(RangeError);
});

/**
 * Sets of 32-bit numbers in the portable format of Roaring bitmaps (RoaringFormatSpec): sorted containers of 65,536 numbers
 * each, as a list, as bits or as runs.
 */
const cookieWithRuns = 12347;
const cookieWithoutRuns = 12346;
/** From so many containers on, a bitmap with runs carries the places of its containers too. */
const offsetsFrom = 4;
const listMax = 4096;
const bitsLength = 8192;

/** Reads bytes in order; every read beyond the end is a RangeError. */
export class ByteReader {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  u16(): number {
    return this.bytes.readUInt16LE(this.#step(2));
  }
  u32(): number {
    return this.bytes.readUInt32LE(this.#step(4));
  }
  u64(): bigint {
    return this.bytes.readBigUInt64LE(this.#step(8));
  }
  take(length: number): Buffer {
    const from = this.#step(length);
    if (from + length > this.bytes.length) throw new RangeError(`${length} bytes wanted at ${from}`);
    return this.bytes.subarray(from, from + length);
  }

  #step(length: number): number {
    const from = this.at;
    this.at += length;
    return from;
  }
}

/** Calls `found` with each number of a bitmap, smallest first. @throws RangeError when the bytes are no bitmap */
export function readRoaring(reader: ByteReader, found: (value: number) => void): void {
  const cookie = reader.u32();
  const hasRuns = (cookie & 0xffff) === cookieWithRuns;
  if (!hasRuns && cookie !== cookieWithoutRuns) throw new RangeError(`no Roaring bitmap (cookie ${cookie})`);
  const count = hasRuns ? (cookie >>> 16) + 1 : reader.u32();
  if (count > 65_536) throw new RangeError(`${count} containers`);
  const runFlags = hasRuns ? reader.take(Math.ceil(count / 8)) : Buffer.alloc(0);
  const heads = Array.from({ length: count }, () => ({ key: reader.u16(), size: reader.u16() + 1 }));
  if (!hasRuns || count >= offsetsFrom) reader.take(4 * count);
  heads.forEach(({ key, size }, i) => {
    const base = key * 65_536;
    if (((runFlags[i >> 3] ?? 0) >> (i & 7)) & 1) readRuns(reader, base, found);
    else if (size <= listMax) for (let n = 0; n < size; n += 1) found(base + reader.u16());
    else readBits(reader.take(bitsLength), base, found);
  });
}

function readRuns(reader: ByteReader, base: number, found: (value: number) => void): void {
  for (let runs = reader.u16(); runs > 0; runs -= 1) {
    const start = reader.u16();
    const last = start + reader.u16();
    if (last > 0xffff) throw new RangeError('a run beyond its container');
    for (let value = start; value <= last; value += 1) found(base + value);
  }
}

function readBits(bits: Buffer, base: number, found: (value: number) => void): void {
  bits.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit += 1) if ((byte >> bit) & 1) found(base + i * 8 + bit);
  });
}

/** The bitmap of sorted, distinct numbers below 2^32. */
export function writeRoaring(values: readonly number[]): Buffer {
  const containers = groupBy(values, value => Math.floor(value / 65_536)).map(([key, group]) => {
    const low = group.map(value => value % 65_536);
    return { key, size: low.length, ...smallest(low) };
  });
  const hasRuns = containers.some(({ isRuns }) => isRuns);
  const head: Buffer[] = [];
  if (hasRuns) {
    const flags = Buffer.alloc(Math.ceil(containers.length / 8));
    containers.forEach(({ isRuns }, i) => {
      if (isRuns) flags[i >> 3] = (flags[i >> 3] ?? 0) | (1 << (i & 7));
    });
    head.push(u32((((containers.length - 1) << 16) | cookieWithRuns) >>> 0), flags);
  } else head.push(u32(cookieWithoutRuns), u32(containers.length));
  for (const { key, size } of containers) head.push(u16(key), u16(size - 1));
  if (!hasRuns || containers.length >= offsetsFrom) {
    let offset = head.reduce((sum, part) => sum + part.length, 0) + 4 * containers.length;
    for (const { body } of containers) {
      head.push(u32(offset));
      offset += body.length;
    }
  }
  return Buffer.concat([...head, ...containers.map(({ body }) => body)]);
}

/** The shortest of the three forms. */
function smallest(values: readonly number[]): { readonly isRuns: boolean; readonly body: Buffer } {
  const runs: { start: number; last: number }[] = [];
  for (const value of values) {
    const open = runs.at(-1);
    if (open !== undefined && open.last === value - 1) open.last = value;
    else runs.push({ start: value, last: value });
  }
  const plainLength = values.length <= listMax ? 2 * values.length : bitsLength;
  if (2 + 4 * runs.length < plainLength) {
    const parts = runs.flatMap(({ start, last }) => [u16(start), u16(last - start)]);
    return { isRuns: true, body: Buffer.concat([u16(runs.length), ...parts]) };
  }
  if (values.length <= listMax) return { isRuns: false, body: Buffer.concat(values.map(u16)) };
  const bits = Buffer.alloc(bitsLength);
  for (const value of values) bits[value >> 3] = (bits[value >> 3] ?? 0) | (1 << (value & 7));
  return { isRuns: false, body: bits };
}

/** Sorted values in groups of one key each, in order. */
export function groupBy(values: readonly number[], keyOf: (value: number) => number): [number, number[]][] {
  const groups: [number, number[]][] = [];
  for (const value of values) {
    const key = keyOf(value);
    const open = groups.at(-1);
    if (open !== undefined && open[0] === key) open[1].push(value);
    else groups.push([key, [value]]);
  }
  return groups;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** Four bytes, little-endian. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

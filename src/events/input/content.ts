import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { PlayheadError } from '#errors';

export type Compression = 'none' | 'gzip' | 'zstd';
export type InputFormat = 'lines' | 'json' | 'csv' | 'parquet';

export interface InputType {
  readonly format: InputFormat;
  readonly compression: Compression;
}

const formats: Readonly<Record<string, InputFormat | 'any_json'>> = {
  ndjson: 'lines',
  jsonl: 'lines',
  json: 'any_json',
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
  pq: 'parquet',
};
const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', gzip: 'gzip', zst: 'zstd', zstd: 'zstd' };

/** What a file holds, by its name, and where the name does not tell, by how it begins. @throws INPUT_UNKNOWN_TYPE, INPUT_EMPTY, INPUT_CORRUPT */
export async function typeOf(path: string): Promise<InputType> {
  const extensions = path.toLowerCase().split(/[\\/]/).at(-1)?.split('.').slice(1) ?? [];
  const last = extensions.at(-1) ?? '';
  const head = await firstBytes(path, 'none');
  if (head.length === 0) throw emptyInput(path);
  const compression = compressions[last] ?? magicCompression(head);
  const named = formats[(compressions[last] === undefined ? last : extensions.at(-2)) ?? ''];
  const start = compression === 'none' ? head : await firstBytes(path, compression);
  if (start.length === 0) throw emptyInput(path);
  const format = named === undefined || named === 'any_json' ? sniff(start, path, named) : named;
  return { format, compression };
}

function magicCompression(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.length > 3 && head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

function sniff(start: Buffer, path: string, named: 'any_json' | undefined): InputFormat {
  if (start.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const text = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return isWholeJson(text.split('\n')[0] ?? '') ? 'lines' : 'json';
  // A line that somebody spoilt at the very start is one bad row, not a bad file.
  if (named === 'any_json') return 'lines';
  throw new PlayheadError({
    code: 'INPUT_UNKNOWN_TYPE',
    at: path,
    message: 'neither its name nor its content is of a type that can be read',
    hint: 'NDJSON (.ndjson, .jsonl), JSON, CSV, TSV and Parquet can, each also as .gz or .zst, and Delta tables',
  });
}

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is an answer here: the object goes on over more lines.
    return false;
  }
}

const sniffedBytes = 65_536;

async function firstBytes(path: string, compression: Compression): Promise<Buffer> {
  if (compression === 'none') {
    const file = await open(path).catch(cause => {
      throw unreadable(path, cause);
    });
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
  for await (const chunk of openContent(path, compression)) return chunk;
  return Buffer.alloc(0);
}

/** The file's content as it is after decompression. `onRaw` sees the bytes as they lie in the file. @throws INPUT_CORRUPT while read */
export async function* openContent(
  path: string,
  compression: Compression,
  onRaw: (bytes: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: 1 << 20 });
  raw.on('data', chunk => {
    if (typeof chunk !== 'string') onRaw(chunk);
  });
  try {
    for await (const chunk of decompressed(raw, compression, path)) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (cause) {
    throw cause instanceof PlayheadError ? cause : unreadable(path, cause);
  } finally {
    raw.destroy();
  }
}

function decompressed(raw: Readable, compression: Compression, path: string): Readable {
  if (compression === 'none') return raw;
  const unpack = compression === 'gzip' ? zlib.createGunzip({ chunkSize: 1 << 20 }) : zstdDecompressor(path);
  raw.on('error', cause => unpack.destroy(cause));
  return raw.pipe(unpack);
}

function zstdDecompressor(path: string): NodeJS.ReadWriteStream & Readable {
  if ('createZstdDecompress' in zlib && typeof zlib.createZstdDecompress === 'function') {
    return zlib.createZstdDecompress({ chunkSize: 1 << 20 });
  }
  throw new PlayheadError({
    code: 'INPUT_UNKNOWN_TYPE',
    at: path,
    message: `Node ${process.versions.node} cannot read zstd`,
    hint: 'use Node 22.15 or newer, or pack the file with gzip',
  });
}

export function emptyInput(path: string): PlayheadError {
  return new PlayheadError({ code: 'INPUT_EMPTY', at: path, message: 'it holds no rows' });
}

export function unreadable(path: string, cause: unknown): PlayheadError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'EACCES') {
    return new PlayheadError({ code: 'INPUT_CORRUPT', at: path, message: 'the file may not be read (EACCES)', cause });
  }
  const said = cause instanceof Error ? cause.message : String(cause);
  return new PlayheadError({
    code: 'INPUT_CORRUPT',
    at: path,
    message: `the file cannot be read to its end (${said.split('\n')[0]})`,
    hint: 'it may be cut off: copy it again',
    cause,
  });
}

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Compression, emptyInput, openContent, typeOf, unreadable } from './content.js';
import { type CsvHeader, CsvNumberer } from './csv.js';
import { JsonEnds } from './json-ends.js';
import { cutLines, LineInspector, mendLine } from './lines.js';

/** A file as the engine can read it: itself, or a copy in the scratch folder where it had to be mended or numbered. */
export type OpenedInput = {
  /** As the user named it. */
  readonly source: string;
  /** SHA-256 of the file's bytes: the same content is the same input under any name. */
  readonly contentHash: string;
  readonly path: string;
  readonly compression: Compression;
} & ({ readonly format: 'lines' | 'json' | 'parquet' } | { readonly format: 'csv'; readonly header: CsvHeader });

/**
 * Looks through a file once and prepares it in `scratchFolder` where the engine could not read it or would lose count of
 * its lines. Memory stays within one line. @throws INPUT_...
 */
export async function openInput(source: string, scratchFolder: string): Promise<OpenedInput> {
  const { format, compression } = await typeOf(source);
  const hash = createHash('sha256');
  const content = openContent(source, compression, bytes => hash.update(bytes));
  switch (format) {
    case 'lines': {
      const inspector = new LineInspector();
      for await (const chunk of content) inspector.see(chunk);
      const path = inspector.needsMending
        ? await mendedCopy(source, compression, join(scratchFolder, 'mended.ndjson'))
        : await plainName(source, scratchFolder);
      const kept = inspector.needsMending ? 'none' : compression;
      return { source, contentHash: hash.digest('hex'), path, compression: kept, format };
    }
    case 'csv': {
      const path = join(scratchFolder, 'numbered.csv');
      const numberer = new CsvNumberer(source);
      await pipeline(Readable.from(numbered(content, numberer)), createWriteStream(path));
      if (numberer.header === undefined || numberer.rowCount === 0) throw emptyInput(source);
      const contentHash = hash.digest('hex');
      return { source, contentHash, path, compression: 'none', format, header: numberer.header };
    }
    case 'json':
    case 'parquet': {
      const path =
        compression === 'none' ? await plainName(source, scratchFolder) : join(scratchFolder, `plain.${format}`);
      const ends = new JsonEnds();
      const seen = seenBy(ends, content);
      if (compression === 'none') for await (const _ of seen);
      else await pipeline(Readable.from(seen), createWriteStream(path));
      if (format === 'parquet') await assertWholeParquet(path, source);
      else if (ends.isCutList) throw unreadable(source, new Error('its list is never closed'));
      return { source, contentHash: hash.digest('hex'), path, compression: 'none', format };
    }
  }
}

async function* seenBy(ends: JsonEnds, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    ends.see(chunk);
    yield chunk;
  }
}

async function* numbered(content: AsyncIterable<Buffer>, numberer: CsvNumberer): AsyncGenerator<Buffer> {
  for await (const chunk of content) yield numberer.see(chunk);
  yield numberer.end();
}

async function mendedCopy(source: string, compression: Compression, path: string): Promise<string> {
  async function* mended(): AsyncGenerator<Buffer> {
    let isFirst = true;
    for await (const lines of cutLines(openContent(source, compression))) {
      const out: Buffer[] = [];
      for (const { bytes, isTooLong } of lines) {
        out.push(mendLine(bytes, isTooLong, isFirst), Buffer.from('\n'));
        isFirst = false;
      }
      yield Buffer.concat(out);
    }
  }
  await pipeline(Readable.from(mended()), createWriteStream(path));
  return path;
}

/** The engine takes `*`, `?` and `[` in a name for a pattern: such a file is read through a link. */
async function plainName(source: string, scratchFolder: string): Promise<string> {
  if (!/[*?[\]{}]/.test(source)) return source;
  const link = join(scratchFolder, 'linked');
  await symlink(resolve(source), link);
  return link;
}

const parquetMagic = 'PAR1';

async function assertWholeParquet(path: string, source: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const read = async (at: number) =>
      (await file.read(Buffer.alloc(4), 0, 4, Math.max(at, 0))).buffer.toString('latin1');
    if ((await read(0)) !== parquetMagic) throw unreadable(source, new Error('it does not begin as a Parquet file'));
    if ((await read(size - 4)) !== parquetMagic) throw unreadable(source, new Error('its Parquet footer is missing'));
  } finally {
    await file.close();
  }
}

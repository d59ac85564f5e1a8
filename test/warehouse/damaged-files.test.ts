import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql } from '#sql';
import { tables } from '#tables';
import { ReadingSession } from '#warehouse';
import { event, TestLake } from '../events/test-lake.js';

let test: TestLake;
let dataFile: string;
beforeEach(async () => {
  test = await TestLake.open();
  await test.ingest(await test.file('events.ndjson', [event(), event({ event_type: 'pause', position_s: 10 })]));
  const table = join(test.folder, 'data', 'events');
  const names = await readdir(table, { recursive: true });
  dataFile = join(table, names.find(name => name.endsWith('.parquet')) ?? 'none');
});
afterEach(() => test.close());

const harms: readonly [string, string, () => Promise<void>][] = [
  ['is gone', 'DELTA_MISSING_FILE', () => rm(dataFile)],
  ['is empty', 'DELTA_CORRUPT_FILE', () => truncate(dataFile, 0)],
  ['is cut off', 'DELTA_CORRUPT_FILE', () => truncate(dataFile, 100)],
  ['is something else', 'DELTA_CORRUPT_FILE', () => writeFile(dataFile, 'PAR1 but no more than its name PAR1')],
];

it.each(harms)('a data file that %s is %s for whoever asks', async (_, code, harm) => {
  const relation = await test.lake.read(tables.events);
  await harm();
  const expected = { code, at: dataFile, message: expect.stringContaining('version 0 of the table needs it') };
  await expect(test.engine.query(sql`select count(device) as n from ${relation}`)).rejects.toMatchObject(expected);
  const session = ReadingSession.open({ views: { events: relation }, folder: join(test.folder, 'data') });
  await expect(session).rejects.toMatchObject(expected);
});

it.each(harms)('and so it is when the file %s after the session was opened', async (_, code, harm) => {
  const relation = await test.lake.read(tables.events);
  const session = await ReadingSession.open({ views: { events: relation }, folder: join(test.folder, 'data') });
  try {
    await harm();
    const ask = async () => {
      for await (const rows of (await session.ask('select device from events')).batches) expect(rows).toEqual([]);
    };
    await expect(ask()).rejects.toMatchObject({ code, at: dataFile });
  } finally {
    session.close();
  }
});

import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '#config';
import { openJobLake, readRunHistory } from '#job';
import type { Fragment } from '#sql';
import { type Table, tables, unpinnedTables } from '#tables';
import { ReadingSession } from '#warehouse';
import { contextOf, parseOptions } from './context.js';
import { formatRows } from './row-format.js';
import { assertDataFolder } from './served-run.js';

const optionsSchema = z.object({ format: z.enum(['table', 'json', 'csv']).optional() });

/** `playhead query`: read-only SQL over the tables as they are served. */
export function registerQuery(program: Command): void {
  program
    .command('query')
    .description('Asks all tables in SQL (DuckDB), at the versions of the last finished run; reads only.')
    .argument('<sql>', 'one SELECT statement')
    .option('--format <name>', 'table, json (one array of objects) or csv')
    .addHelpText(
      'after',
      '\nExample: playhead query "select video_id, watch_time_s from videos order by 2 desc limit 5"',
    )
    .action(async (text: string, options: unknown, command: Command) => {
      const { config, json, note } = contextOf(command);
      const { format = json ? 'json' : 'table' } = parseOptions(optionsSchema, options);
      const session = await openServed(config);
      try {
        const pieces = formatRows(await session.ask(text), format);
        const rowCount = await writeOut(pieces);
        if (format === 'table') note(`(${rowCount} ${rowCount === 1 ? 'row' : 'rows'})`);
      } finally {
        session.close();
      }
    });
}

/** A reading session over all tables at the versions of the last finished run; before the first run at their newest. */
export async function openServed(config: Config): Promise<ReadingSession> {
  const folder = assertDataFolder(config);
  const { lake, engine, close } = await openJobLake(config);
  try {
    const { finished } = await readRunHistory(lake, engine);
    const versions: Readonly<Record<string, number>> | undefined = finished?.versions;
    const views: Record<string, Fragment> = {};
    for (const table of Object.values<Table>(tables)) {
      const isPinned = versions !== undefined && !unpinnedTables.some(name => name === table.name);
      views[table.name] = await lake.read(table, isPinned ? { version: versions[table.name] ?? -1 } : {});
    }
    const { threads, memory_limit } = config.engine;
    return await ReadingSession.open({
      views,
      folder,
      threads,
      memoryLimit: memory_limit,
      temporaryFolder: join(folder, '.tmp'),
    });
  } finally {
    await close();
  }
}

/** Writes to stdout at the speed of whoever reads it, and stops in peace when the reader has had enough (`| head`). */
export async function writeOut(pieces: AsyncGenerator<string, number>): Promise<number> {
  let isOpen = true;
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isOpen = false;
  };
  process.stdout.on('error', onError);
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done === true) return value;
      if (!isOpen) {
        await pieces.return(0);
        return 0;
      }
      if (!process.stdout.write(value))
        await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
    }
  } finally {
    process.stdout.off('error', onError);
  }
}

import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '#config';
import { findPreset, presets } from '#events';
import {
  type IngestedInput,
  type IngestedVideos,
  ingestFiles,
  ingestTables,
  ingestVideos,
  openCatalog,
  openJobLake,
} from '#job';
import { contextOf, parseOptions } from './context.js';

const optionsSchema = z.object({
  preset: z.string().min(1).optional(),
  videos: z.string().min(1).optional(),
  whole: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

/** `playhead ingest`: files, or tables of the catalog, into `events` and `events_rejected`. */
export function registerIngest(program: Command): void {
  program
    .command('ingest')
    .description(
      'Takes event files, or tables of the catalog, into the events table; rows that cannot be used go to events_rejected.',
    )
    .argument('[inputs...]', 'files, patterns in quotes, folders of Delta tables; in a catalog: catalog.schema.table')
    .option('--preset <name>', `whose event names and columns: ${presets.map(preset => preset.name).join(', ')}`)
    .option(
      '--videos <file>',
      'a file or table that describes videos: video_id, title, duration_s, category, published_at',
    )
    .option(
      '--whole',
      'of a table: read every row and add what is not there yet, not only what its history says is new',
    )
    .addHelpText(
      'after',
      '\nReads NDJSON, JSON, CSV, TSV and Parquet, each also as .gz or .zst, and Delta tables. The same content twice adds nothing.\nThen: playhead sessionize',
    )
    .action(async (files: string[], options: unknown, command: Command) => {
      const { config, print, progress } = contextOf(command);
      const parsed = parseOptions(optionsSchema, options);
      const { preset, videos, whole } = parsed;
      if (files.length === 0 && videos === undefined)
        command.error('error: name at least one file or table, or --videos <file>');
      if (whole && config.engine.kind === 'duckdb') command.error('error: --whole is for tables of a catalog');
      if (preset !== undefined) findPreset(preset);
      const bar = progress('Taking in');
      try {
        const { inputs, catalog } = await takeIn({ ...parsed, files, config, onProgress: bar.update });
        bar.stop();
        print({ value: report(inputs, catalog), text: described(inputs, catalog).join('\n') });
      } finally {
        bar.stop();
      }
    });
}

interface TakeInOptions extends Options {
  readonly files: readonly string[];
  readonly config: Config;
  readonly onProgress: (done: number, total: number) => void;
}

/** From where the engine takes in: the catalog's tables, or files into the data folder. */
async function takeIn({ files, videos, whole, config, preset, onProgress }: TakeInOptions) {
  const opened = await openCatalog(config);
  const clock = () => new Date();
  if (opened !== undefined) {
    const { lake, engine, close } = opened;
    try {
      const catalog = videos === undefined ? undefined : await ingestVideos({ lake, engine, file: videos });
      const from = { lake, engine, config, preset, clock, isWhole: whole, onProgress };
      const inputs = files.length === 0 ? [] : await ingestTables({ ...from, tables: files });
      return { inputs, catalog };
    } finally {
      await close();
    }
  }
  const { lake, engine, close } = await openJobLake({
    data: config.data,
    engine: { ...config.engine, memory_limit: config.engine.ingest_memory_limit },
  });
  try {
    const catalog = videos === undefined ? undefined : await ingestVideos({ lake, engine, file: videos });
    const inputs = await ingestFiles({ lake, engine, config, preset, clock, files, onProgress });
    return { inputs, catalog };
  } finally {
    await close();
  }
}

/** The result for machines: snake_case, as the tables. */
function report(inputs: readonly IngestedInput[], catalog: IngestedVideos | undefined): unknown {
  return {
    files: inputs.map(input => ({
      source: input.source,
      is_repeat: input.isRepeat,
      read: input.readCount,
      accepted: input.acceptedCount,
      ignored: input.ignoredCount,
      rejected: input.rejectedCount,
      rejected_by_code: input.rejectedByCode,
      first_rejections: input.rejections,
    })),
    ...(catalog === undefined
      ? {}
      : {
          videos: {
            source: catalog.source,
            read: catalog.readCount,
            changed: catalog.changedCount,
            nameless: catalog.namelessCount,
          },
        }),
  };
}

function described(inputs: readonly IngestedInput[], catalog: IngestedVideos | undefined): string[] {
  const videos = catalog === undefined ? [] : [videosLine(catalog)];
  const total = (count: (input: IngestedInput) => number) => inputs.reduce((sum, input) => sum + count(input), 0);
  const sum =
    inputs.length > 1
      ? [
          `${inputs.length} inputs: ${total(i => i.acceptedCount)} events accepted, ${total(i => i.rejectedCount)} rows rejected`,
        ]
      : [];
  return [...videos, ...inputs.flatMap(inputLines), ...sum];
}

function videosLine({ source, readCount, changedCount, namelessCount }: IngestedVideos): string {
  const nameless = namelessCount === 0 ? '' : `, ${namelessCount} without a video_id left out`;
  return `${source}: ${readCount} videos read, ${changedCount} new or changed${nameless}`;
}

function inputLines(input: IngestedInput): string[] {
  const { source, isRepeat, readCount, acceptedCount, ignoredCount, rejectedCount, rejectedByCode, rejections } = input;
  if (isRepeat) return [`${source}: taken in before, nothing added`];
  const codes = Object.entries(rejectedByCode).map(([code, count]) => `${count} ${code}`);
  const rejected = rejectedCount === 0 ? '0 rejected' : `${rejectedCount} rejected (${codes.join(', ')})`;
  const shown = rejections.map(
    ({ line, code, reason }) => `  ${source}${line === undefined ? '' : `:${line}`}: ${code}: ${reason}`,
  );
  const more = rejectedCount > rejections.length ? [`  ... all of them: select * from events_rejected`] : [];
  return [
    `${source}: ${readCount} rows read, ${acceptedCount} accepted, ${ignoredCount} ignored, ${rejected}`,
    ...shown,
    ...more,
  ];
}

import type { Command } from 'commander';
import { z } from 'zod';
import { findPreset, presets } from '#events';
import { type IngestedInput, type IngestedVideos, ingestFiles, ingestVideos, openJobLake } from '#job';
import { contextOf, parseOptions } from './context.js';

const optionsSchema = z.object({ preset: z.string().min(1).optional(), videos: z.string().min(1).optional() });

/** `playhead ingest`: files into `events` and `events_rejected`. */
export function registerIngest(program: Command): void {
  program
    .command('ingest')
    .description('Takes event files into the events table; rows that cannot be used go to events_rejected.')
    .argument('[files...]', 'files, patterns in quotes, or folders of Delta tables')
    .option('--preset <name>', `whose event names and columns: ${presets.map(preset => preset.name).join(', ')}`)
    .option('--videos <file>', 'a file that describes videos: video_id, title, duration_s, category, published_at')
    .addHelpText(
      'after',
      '\nReads NDJSON, JSON, CSV, TSV and Parquet, each also as .gz or .zst, and Delta tables. The same content twice adds nothing.\nThen: playhead sessionize',
    )
    .action(async (files: string[], options: unknown, command: Command) => {
      const { config, print, progress } = contextOf(command);
      const { preset, videos } = parseOptions(optionsSchema, options);
      if (files.length === 0 && videos === undefined)
        command.error('error: name at least one file, or --videos <file>');
      if (preset !== undefined) findPreset(preset);
      const { lake, engine, close } = await openJobLake({
        data: config.data,
        engine: { ...config.engine, memory_limit: config.engine.ingest_memory_limit },
      });
      const bar = progress('Taking in');
      try {
        const context = { lake, engine, config, preset, clock: () => new Date() };
        const catalog = videos === undefined ? undefined : await ingestVideos({ lake, engine, file: videos });
        const inputs = await ingestFiles({ ...context, files, onProgress: bar.update });
        bar.stop();
        print({ value: report(inputs, catalog), text: described(inputs, catalog).join('\n') });
      } finally {
        bar.stop();
        await close();
      }
    });
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

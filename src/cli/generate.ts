import type { Command } from 'commander';
import { z } from 'zod';
import { generate } from '#simulate';
import { contextOf, parseOptions } from './context.js';

const optionsSchema = z.object({
  users: z.coerce.number().int().min(1).max(10_000_000),
  videos: z.coerce.number().int().min(1).max(100_000),
  days: z.coerce.number().int().min(1).max(3650),
  seed: z.coerce.number().int().min(0),
  out: z.string().min(1),
  until: z.iso.datetime({ offset: true }).or(z.iso.date()),
  heartbeats: z.boolean().default(false),
  dirtyRatio: z.coerce.number().min(0).max(1),
});

/** `playhead generate`: synthetic events whose truth is known. */
export function registerGenerate(program: Command): void {
  program
    .command('generate')
    .description('Simulates viewers and writes their events, the video catalog, and what was really watched.')
    .option('--users <n>', 'how many viewers', '500')
    .option('--videos <n>', 'how many videos', '40')
    .option('--days <n>', 'how many days up to --until', '30')
    .option('--seed <n>', 'the same seed gives the same files', '1')
    .option('--out <folder>', 'where the files go', 'generated')
    .option('--until <instant>', 'the end of the simulated time, ISO 8601', '2026-11-01')
    .option('--heartbeats', 'players tell their position every 10 s of play')
    .option('--dirty-ratio <share>', 'share of events with a dirty row, 0 to 1', '0.005')
    .addHelpText(
      'after',
      '\nThen: playhead ingest "generated/events-*.ndjson.gz" --videos generated/videos.ndjson\n      playhead sessionize\n      playhead validate --truth generated',
    )
    .action(async (options: unknown, command: Command) => {
      const { print, progress } = contextOf(command);
      const { out, until, ...sizes } = parseOptions(optionsSchema, options);
      const bar = progress('Simulating days', sizes.days);
      const manifest = await generate({ ...sizes, folder: out, until: new Date(until), onDay: bar.update });
      bar.stop();
      const hours = (seconds: number) => `${(seconds / 3600).toFixed(1)} h`;
      print({
        value: manifest,
        text: [
          `${manifest.event_rows} event rows in ${manifest.event_files.length} files under ${out}, ${manifest.rejected_rows} of them unusable on purpose`,
          `${manifest.viewings} viewings, ${hours(manifest.watched_s)} watched, ${hours(manifest.unreported_tail_s)} of it after the last event of a viewing`,
        ].join('\n'),
      });
    });
}

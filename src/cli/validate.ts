import type { Command } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { openJobLake, readRunHistory } from '#job';
import { type Score, score } from '#simulate';
import { tables } from '#tables';
import { contextOf, parseOptions } from './context.js';

const optionsSchema = z.object({ truth: z.string().min(1) });

/** `playhead validate`: the served sessions against what the simulator knows. */
export function registerValidate(program: Command): void {
  program
    .command('validate')
    .description('Compares the served sessions with the truth that `generate` wrote.')
    .requiredOption('--truth <folder>', 'the folder that `playhead generate` filled')
    .action(async (options: unknown, command: Command) => {
      const { config, print } = contextOf(command);
      const { truth } = parseOptions(optionsSchema, options);
      const { lake, engine, close } = await openJobLake(config);
      try {
        const { finished } = await readRunHistory(lake, engine);
        if (finished === undefined) {
          throw new PlayheadError({
            code: 'DATA_NOT_FOUND',
            at: config.data,
            message: 'no run of the job has finished here',
            hint: 'run `playhead sessionize` first',
          });
        }
        const versions: Readonly<Record<string, number>> = finished.versions;
        const at = (name: 'sessions' | 'segments') => lake.read(tables[name], { version: versions[name] ?? -1 });
        const result = await score(engine, { sessions: await at('sessions'), segments: await at('segments') }, truth);
        print({ value: result, text: describe(result) });
      } finally {
        await close();
      }
    });
}

function describe(result: Score): string {
  const hours = (seconds: number) => `${(seconds / 3600).toFixed(2)} h`;
  const percent = (ratio: number) => `${(ratio * 100).toFixed(3)} %`;
  const worst = result.videos[0];
  return [
    `really watched              ${hours(result.true_watched_s)} by ${result.player_count} players`,
    `  after the last event      ${hours(result.unreported_tail_s)}  no event can prove it; left out below`,
    `  provable                  ${hours(result.provable_s)}`,
    `job: watch_time_s           ${hours(result.job_watched_s)}  uncertain_s ${hours(result.job_uncertain_s)}`,
    `error of watch time         ${percent(result.watch_time_error_ratio)}  single errors added up ${percent(result.absolute_error_ratio)}`,
    `error of unique seconds     ${percent(result.unique_error_ratio)}`,
    `completions agreed on       ${percent(result.completion_agreement_ratio)}`,
    `worst video                 ${worst === undefined ? 'none' : `${worst.video_id} ${percent(worst.error_ratio)}`}`,
    `players with a lost position ${result.damaged_player_count}  provable ${hours(result.damaged_provable_s)}, job ${hours(result.damaged_job_s)}`,
    `players the truth has not   ${result.unknown_player_count}`,
  ].join('\n');
}

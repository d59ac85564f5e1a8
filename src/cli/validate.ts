import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Score, score } from '#simulate';
import { tables } from '#tables';
import {
  compareExpected,
  formatReport,
  isClean,
  parseTolerances,
  readExpected,
  reportFormats,
  reportValue,
  summarize,
} from '#validate';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { withServedFolder } from './served-run.js';

const optionsSchema = z.object({
  expected: z.string().min(1).optional(),
  truth: z.string().min(1).optional(),
  tolerance: z.array(z.string()).default([]),
  onlyListed: z.boolean().default(false),
  format: z.enum(reportFormats).optional(),
  out: z.string().min(1).optional(),
});
type ValidateOptions = z.infer<typeof optionsSchema>;

const help = `
The file of expected rows is a CSV whose first line names columns. Its key says which rows are meant:
  session_id                       one session a line
  user_id, video_id, started_at    the same, by when it started
  user_id, video_id                a user's viewing of a video (table user_videos)
  user_id                          a user's totals (table users)
  video_id                         a video's totals (table videos)
All other columns are columns of that table; an empty cell is not compared, null expects that nothing is there; a column
"note" is free text. Ends with status 1 when something differs.

Example: playhead validate --expected known-users.csv --tolerance 0.5 --tolerance watch_time_s=2% --out report.md`;

/** `playhead validate`: the served rows against what somebody knows. */
export function registerValidate(program: Command): void {
  program
    .command('validate')
    .description('Compares served rows with hand-made ones, or sessions with the truth that `generate` wrote.')
    .option('--expected <csv>', 'rows of users, videos or sessions that somebody knows')
    .option('--tolerance <t...>', 'allowed difference: 0.5 (seconds), 5%, or of one column: watch_time_s=1')
    .option('--only-listed', 'do not report served rows of the listed users that the file does not have')
    .option('--format <name>', 'of the report: markdown, csv or json')
    .option('--out <file>', 'write the report to a file instead of stdout')
    .addOption(
      new Option('--truth <folder>', 'the folder that `playhead generate` filled').conflicts([
        'tolerance',
        'onlyListed',
        'format',
        'out',
      ]),
    )
    .addHelpText('after', help)
    .action(async (given: unknown, command: Command) => {
      const context = contextOf(command);
      const options = parseOptions(optionsSchema, given);
      const { expected, truth } = options;
      if ((expected === undefined) === (truth === undefined)) {
        throw new PlayheadError({
          code: 'USAGE',
          at: 'validate',
          message: 'either --expected or --truth says what to compare with',
          hint: 'see --help',
        });
      }
      if (expected !== undefined) await validateExpected(context, expected, options);
      if (truth !== undefined) await validateTruth(context, truth);
    });
}

async function validateExpected(context: CommandContext, path: string, options: ValidateOptions): Promise<void> {
  const { config, json, print, note } = context;
  const expected = await readExpected(path);
  const tolerances = parseTolerances(options.tolerance, expected);
  const isOnlyListed = options.onlyListed;
  const report = await withServedFolder(config, at => compareExpected({ ...at, expected, tolerances, isOnlyListed }));
  const { out, format = json ? 'json' : 'markdown' } = options;
  const text = formatReport(report, format);
  if (out === undefined) {
    process.stdout.write(text);
  } else {
    await writeReport(out, text);
    note(`Report written to ${resolve(out)}`);
    print({ text: summarize(report), value: reportValue(report) });
  }
  if (!isClean(report)) {
    throw new PlayheadError({
      code: 'VALIDATION_DIFFERS',
      at: path,
      message: summarize(report),
      hint: `see the report${out === undefined ? '' : ` ${out}`}; \`playhead explain session <id>\` shows how a session it names came about`,
    });
  }
}

/** All of the report or none of it, whatever stood there before. */
async function writeReport(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new PlayheadError({
      code: 'USAGE',
      at: `--out ${path}`,
      message: `the report cannot be written (${reason})`,
      hint: `is ${dirname(resolve(path))} a folder that you may write to, and the name no folder?`,
      cause,
    });
  }
}

async function validateTruth({ config, print }: CommandContext, truth: string): Promise<void> {
  const result = await withServedFolder(config, async ({ lake, engine, served }) => {
    const versions: Readonly<Record<string, number>> = served.versions;
    const at = (name: 'sessions' | 'segments') => lake.read(tables[name], { version: versions[name] ?? -1 });
    return score(engine, { sessions: await at('sessions'), segments: await at('segments') }, truth);
  });
  print({ value: result, text: describe(result) });
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

import type { Command } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { contextOf, parseOptions } from './context.js';
import { optionsSchema, reportKinds } from './report-options.js';

/** `playhead report`: what happened in a day, a week or a month. */
export function registerReport(program: Command): void {
  program
    .command('report')
    .description('Reports on a day, a week or a month: the last one that is over, or one that is named.')
    .argument('<kind>', reportKinds.join(', '))
    .option('--out <file>', 'the page, as one HTML file that needs no network')
    .option('--csv <path>', 'the tables: a folder with a file each, or one file where the path ends in .csv')
    .option('--pdf <file>', 'the page printed; needs Chromium')
    .option('--email <addresses>', 'recipients, separated by commas; through the SMTP server of alerts.sinks')
    .option('--via <sink>', 'the sink of kind email whose server is used; the first one without it')
    .option('--period <name>', 'a period of the calendar: 2026-10-25, 2026-W43 or 2026-10')
    .option('--end <day>', 'or: as many days, ending with this one')
    .option('--url <gateway>', 'ask this gateway instead of starting one for the report')
    .option('--tenant <name>', 'whose videos, where the configuration divides them')
    .option('--now <instant>', 'make it as if at this moment, ISO 8601')
    .addHelpText('after', '\nWithout --out, --csv, --pdf or --email its sentences go to stdout.')
    .action(async (kind: string, options: unknown, command: Command) => {
      const context = contextOf(command);
      const parsed = z.enum(reportKinds).safeParse(kind);
      if (!parsed.success) {
        throw new PlayheadError({
          code: 'USAGE',
          at: kind,
          message: 'there is no such kind of report',
          hint: `the kinds are: ${reportKinds.join(', ')}`,
        });
      }
      const asked = parseOptions(optionsSchema, options);
      // Loaded here: what draws takes longer to load than most commands to run.
      const { makeReport } = await import('./make-report.js');
      // Cube tells of itself by console.log; stdout belongs to the result.
      console.log = console.error;
      await makeReport(context, parsed.data, asked);
    });
}

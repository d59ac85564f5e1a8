import type { Command } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import {
  composeReport,
  findBrowser,
  lastPeriod,
  namedPeriod,
  type Period,
  periodEnding,
  type Report,
  type ReportKind,
  readReport,
  reportKinds,
  reportPage,
  reportText,
  writePdf,
} from '#reports';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { withReportGateway } from './report-gateway.js';
import {
  mailReport,
  mailServerOf,
  pageAttachment,
  pdfAttachment,
  pdfBytes,
  writeCsv,
  writeWhole,
} from './report-outputs.js';

const optionsSchema = z.object({
  out: z.string().min(1).optional(),
  csv: z.string().min(1).optional(),
  pdf: z.string().min(1).optional(),
  email: z
    .string()
    .transform(text => text.split(',').map(address => address.trim()))
    .pipe(z.array(z.email('every recipient must be an address: ann@example.com,ben@example.com')).min(1).max(50))
    .optional(),
  via: z.string().min(1).optional(),
  period: z.string().min(1).optional(),
  end: z.string().min(1).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  tenant: z.string().min(1).optional(),
  now: z.iso.datetime({ offset: true }).optional(),
});
type ReportOptions = z.infer<typeof optionsSchema>;

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
      if (!parsed.success)
        throw usage(kind, 'there is no such kind of report', `the kinds are: ${reportKinds.join(', ')}`);
      // Cube tells of itself by console.log; stdout belongs to the result.
      console.log = console.error;
      await makeReport(context, parsed.data, parseOptions(optionsSchema, options));
    });
}

async function makeReport(context: CommandContext, kind: ReportKind, options: ReportOptions): Promise<void> {
  const { config, print } = context;
  const { out, csv, pdf, email = [], via, url, tenant } = options;
  const now = options.now === undefined ? new Date() : new Date(options.now);
  const period = periodOf(kind, options, now);
  // What cannot end well is said before Cube is started.
  const server = email.length === 0 ? undefined : mailServerOf(config, via);
  if (pdf !== undefined) await findBrowser(process.env);
  const facts = await withReportGateway({ config, url, tenant }, ask => readReport(ask, period, now));
  const report = composeReport(facts);
  const files: string[] = [];
  if (out !== undefined) {
    await writeWhole(out, reportPage(report));
    files.push(out);
  }
  if (csv !== undefined) files.push(...(await writeCsv(report, csv)));
  if (pdf !== undefined) {
    await writePdf(reportPage(report), { path: pdf, env: process.env });
    files.push(pdf);
  }
  if (server !== undefined) {
    const name = `${kind}-${period.name}`;
    const attachments = [
      pageAttachment(name, report),
      ...(pdf === undefined ? [] : [pdfAttachment(name, await pdfBytes(report, process.env))]),
    ];
    const timeoutMs = config.alerts.delivery.timeout_s * 1000;
    // Sent again by hand it is another mail.
    const mailed = { server, timeoutMs, report, name: `${name} ${now.toISOString()}`, attachments };
    for (const recipient of email) await mailReport(recipient, mailed);
  }
  print({ text: saidOf(report, files, email), value: jsonOf(report, period, files, email) });
}

function periodOf(kind: ReportKind, { period, end }: ReportOptions, now: Date): Period {
  if (period !== undefined && end !== undefined) {
    throw usage('--end', 'a report has a --period or an --end, not both', 'leave one of them away');
  }
  if (period !== undefined) return namedPeriod(kind, period);
  return end === undefined ? lastPeriod(kind, now) : periodEnding(kind, end);
}

function saidOf(report: Report, files: readonly string[], email: readonly string[]): string {
  if (files.length + email.length === 0) return reportText(report);
  const written = files.map(file => `written: ${file}`);
  return [report.title, ...written, ...email.map(address => `mailed to ${address}`)].join('\n');
}

const jsonOf = (report: Report, period: Period, files: readonly string[], email: readonly string[]) => ({
  title: report.title,
  kind: period.kind,
  period: period.name,
  from: period.from,
  to: period.to,
  before: period.before,
  files,
  mailed_to: email,
  sections: report.sections.map(({ id, title, sentences, tables }) => ({
    id,
    title,
    sentences,
    tables: Object.fromEntries(tables.map(({ name, rows }) => [name, rows])),
  })),
});

const usage = (at: string, message: string, hint: string): PlayheadError =>
  new PlayheadError({ code: 'USAGE', at, message, hint });

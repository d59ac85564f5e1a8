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
  reportPage,
  reportText,
  writePdf,
} from '#reports';
import type { CommandContext } from './context.js';
import { withReportGateway } from './report-gateway.js';
import type { ReportOptions } from './report-options.js';
import {
  mailReport,
  mailServerOf,
  pageAttachment,
  pdfAttachment,
  pdfBytes,
  writeCsv,
  writeWhole,
} from './report-outputs.js';

/** Asks for a report and puts it where it is wanted. @throws USAGE, REPORT_... */
export async function makeReport(context: CommandContext, kind: ReportKind, options: ReportOptions): Promise<void> {
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

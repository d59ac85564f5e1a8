import { join } from 'node:path';
import type { Config, ReportConfig } from '#config';
import { composeReport, lastPeriod, type Period, type Report, readReport, reportPage } from '#reports';
import { type Clock, readDoneOnce, type Task } from '#schedule';
import type { CommandContext } from './context.js';
import { withReportGateway } from './report-gateway.js';
import {
  csvAttachment,
  type MailedReport,
  mailReport,
  mailServerOf,
  pageAttachment,
  pdfAttachment,
  pdfBytes,
  writeCsv,
  writeWhole,
} from './report-outputs.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The newest moment at which a report was to be made. */
export function newestDue({ kind, day, hour }: Pick<ReportConfig, 'kind' | 'day' | 'hour'>, now: Date): Date {
  const midnight = Math.floor(now.getTime() / dayMs) * dayMs;
  switch (kind) {
    case 'daily':
      return latest([midnight, midnight - dayMs], hour, now);
    case 'weekly': {
      const wanted = typeof day === 'string' ? weekdays.indexOf(day) : 0;
      const today = (new Date(midnight).getUTCDay() + 6) % 7;
      const newest = midnight - ((today - wanted + 7) % 7) * dayMs;
      return latest([newest, newest - 7 * dayMs], hour, now);
    }
    case 'monthly': {
      const wanted = typeof day === 'number' ? day : 1;
      const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
      return latest([Date.UTC(year, month, wanted), Date.UTC(year, month - 1, wanted)], hour, now);
    }
  }
}

const latest = (days: readonly number[], hour: number, now: Date): Date =>
  new Date(days.map(ms => ms + hour * hourMs).find(ms => ms <= now.getTime()) ?? 0);

export interface ScheduledReportOptions {
  readonly context: CommandContext;
  readonly clock: Clock;
  /** A gateway that runs already, in this process or another. */
  readonly gatewayUrl?: string | undefined;
}

/** A task for each report of the configuration: due once for each period that is over, whatever was missed in between. */
export const reportTasks = (options: ScheduledReportOptions): Task[] =>
  Object.entries(options.context.config.reports).map(([name, report]) => ({
    name: `report_${name}`,
    everyMs: Number.POSITIVE_INFINITY,
    hasWork: async () => (await duesOf(name, report, options)).targets.length > 0,
    run: signal => makeScheduled(name, report, options, signal),
  }));

/** Somebody or something that a report goes to. */
type Target = { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'mail'; readonly to: string };
const keyOf = (name: string, target: Target): string =>
  `report ${name} ${target.kind === 'folder' ? `folder ${target.path}` : `mail ${target.to}`}`;

/** The period that is due, and who has not got it yet. */
async function duesOf(name: string, report: ReportConfig, { context: { config }, clock }: ScheduledReportOptions) {
  const period = lastPeriod(report.kind, newestDue(report, clock.now()));
  const done = await readDoneOnce(config.data);
  const all: readonly Target[] = [
    ...(report.folder === undefined ? [] : [{ kind: 'folder', path: report.folder } as const]),
    ...report.to.map(to => ({ kind: 'mail', to }) as const),
  ];
  return { period, done, targets: all.filter(target => !done.isDone(keyOf(name, target), period.to)) };
}

async function makeScheduled(
  name: string,
  report: ReportConfig,
  options: ScheduledReportOptions,
  signal: AbortSignal,
): Promise<void> {
  const { context, clock, gatewayUrl } = options;
  const { config, note } = context;
  const { period, done, targets } = await duesOf(name, report, options);
  if (targets.length === 0) return;
  const server = targets.some(({ kind }) => kind === 'mail') ? mailServerOf(config, report.via) : undefined;
  await done.assertWritable();
  const facts = await withReportGateway({ config, url: gatewayUrl, tenant: report.tenant }, ask =>
    readReport(ask, period, clock.now()),
  );
  const made = await makeFormats(`${name}-${period.name}`, composeReport(facts), report);
  for (const target of targets) {
    if (signal.aborted) return;
    if (target.kind === 'folder') await writeInto(target.path, made);
    else if (server !== undefined) await mailReport(target.to, mailOf(config, server, made));
    await done.remember(keyOf(name, target), period.to);
    note(`report ${name} of ${periodName(period)}: ${target.kind === 'folder' ? target.path : target.to}`);
  }
}

const periodName = ({ name }: Period): string => name;

/** A report in the formats that are wanted. */
interface Made {
  readonly name: string;
  readonly report: Report;
  readonly formats: ReportConfig['formats'];
  readonly pdf: Uint8Array | undefined;
}

const makeFormats = async (name: string, report: Report, { formats }: ReportConfig): Promise<Made> => ({
  name,
  report,
  formats,
  pdf: formats.includes('pdf') ? await pdfBytes(report, process.env) : undefined,
});

async function writeInto(folder: string, { name, report, formats, pdf }: Made): Promise<void> {
  const path = (type: string) => join(folder, `${name}.${type}`);
  if (formats.includes('html')) await writeWhole(path('html'), reportPage(report));
  if (formats.includes('csv')) await writeCsv(report, path('csv'));
  if (pdf !== undefined) await writeWhole(path('pdf'), pdf);
}

const mailOf = (
  { alerts }: Config,
  server: MailedReport['server'],
  { name, report, formats, pdf }: Made,
): MailedReport => ({
  server,
  timeoutMs: alerts.delivery.timeout_s * 1000,
  report,
  name,
  attachments: [
    ...(formats.includes('html') ? [pageAttachment(name, report)] : []),
    ...(formats.includes('csv') ? [csvAttachment(name, report)] : []),
    ...(pdf === undefined ? [] : [pdfAttachment(name, pdf)]),
  ],
});

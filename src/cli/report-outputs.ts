import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Attachment, type MailServer, sendMail } from '#alerts';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { csvFiles, csvText, type Report, reportPage, reportText, writePdf } from '#reports';

/** Writes a file whole or not at all, with the folders above it. @throws DATA_NOT_WRITABLE, DATA_DISK_FULL */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new PlayheadError({
      code: code === 'ENOSPC' ? 'DATA_DISK_FULL' : 'DATA_NOT_WRITABLE',
      at: path,
      message: `the report cannot be written there (${code})`,
      cause,
    });
  }
}

/** The tables: one file with all values where the path ends in `.csv`, else a folder with a file each. Returns the files. */
export async function writeCsv(report: Report, path: string): Promise<string[]> {
  if (/\.csv$/i.test(path)) {
    await writeWhole(path, csvText(report));
    return [path];
  }
  const files = csvFiles(report).map(({ name, text }) => ({ path: join(path, name), text }));
  for (const file of files) await writeWhole(file.path, file.text);
  return files.map(file => file.path);
}

/** The page printed, as bytes. @throws REPORT_NO_BROWSER, REPORT_PDF_FAILED */
export async function pdfBytes(report: Report, env: NodeJS.ProcessEnv): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'playhead-report-'));
  try {
    const path = join(folder, 'report.pdf');
    await writePdf(reportPage(report), { path, env });
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The SMTP server that reports go through: the named sink, or the first of kind `email`. @throws REPORT_NO_MAIL_SERVER */
export function mailServerOf({ alerts }: Config, via: string | undefined): MailServer {
  const found = Object.entries(alerts.sinks).find(
    ([name, sink]) => sink.kind === 'email' && (via === undefined || name === via),
  )?.[1];
  if (found?.kind === 'email') return found;
  throw new PlayheadError({
    code: 'REPORT_NO_MAIL_SERVER',
    at: via === undefined ? 'alerts.sinks' : `alerts.sinks.${via}`,
    message: via === undefined ? 'no sink is of kind email' : 'it is no sink of kind email',
    hint: 'reports go through the SMTP server of such a sink; docs/alerts.md shows one',
  });
}

export interface MailedReport {
  readonly server: MailServer;
  readonly timeoutMs: number;
  readonly report: Report;
  /** `weekly-2026-W43`: names the attachments, and with the recipient the mail. */
  readonly name: string;
  readonly attachments: readonly Attachment[];
}

/** Mails a report to one recipient; the same mail again has the same id. @throws REPORT_MAIL_REFUSED */
export async function mailReport(recipient: string, mailed: MailedReport): Promise<void> {
  const { server, timeoutMs, report, name, attachments } = mailed;
  const hash = createHash('sha256')
    .update(JSON.stringify([name, recipient]))
    .digest('hex')
    .slice(0, 24);
  const attempt = await sendMail(
    server,
    {
      to: [recipient],
      subject: report.title,
      text: reportText(report),
      messageId: `<report-${hash}@playhead>`,
      attachments,
    },
    timeoutMs,
  );
  if (attempt.kind === 'taken') return;
  throw new PlayheadError({
    code: 'REPORT_MAIL_REFUSED',
    at: recipient,
    message: attempt.reason,
    hint: attempt.mayRecover
      ? 'it may be taken later'
      : 'the server will say the same again: look at the sink and at the address',
  });
}

/** What a mail carries. */
export const pageAttachment = (name: string, report: Report): Attachment => ({
  filename: `${name}.html`,
  contentType: 'text/html; charset=utf-8',
  content: reportPage(report),
});
export const csvAttachment = (name: string, report: Report): Attachment => ({
  filename: `${name}.csv`,
  contentType: 'text/csv; charset=utf-8',
  content: csvText(report),
});
export const pdfAttachment = (name: string, content: Uint8Array): Attachment => ({
  filename: `${name}.pdf`,
  contentType: 'application/pdf',
  content,
});

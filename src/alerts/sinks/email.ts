import { z } from 'zod';
import type { SinkConfig } from '#config';
import { headline, type Message, moreLine, oneLine, subjectLine } from '../message.js';
import { type Attempt, refused, type Sink, type SinkOptions, taken } from './sink.js';

type EmailConfig = Extract<SinkConfig, { kind: 'email' }>;

/** The message as plain text. */
export function emailText(message: Message): string {
  const items = message.incidents.map(item =>
    [
      headline(item),
      oneLine(item.summary),
      ...(item.sample_ids.length === 0 ? [] : [`Such as: ${oneLine(item.sample_ids.join(', '))}`]),
      `${item.alert_id}, since ${item.opened_at}; acknowledge: playhead alerts ack ${item.alert_id} --by <you>`,
    ].join('\n'),
  );
  return [...items, moreLine(message)].filter(text => text !== '').join('\n\n');
}

export const emailSink = (config: EmailConfig, { name, timeoutMs }: SinkOptions): Sink => ({
  name,
  send: message =>
    sendMail(
      config,
      {
        to: config.to,
        subject: subjectLine(message),
        text: emailText(message),
        messageId: `<${message.id}@playhead>`,
      },
      timeoutMs,
    ),
});

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same through all attempts: receivers can tell copies by it. In angle brackets. */
  readonly messageId: string;
  readonly attachments?: readonly Attachment[];
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string | Uint8Array;
}

/** The SMTP server that a sink of kind `email` names. */
export type MailServer = Omit<EmailConfig, 'kind' | 'to'>;

/** One attempt to send a mail; ends within the time-out, and throws nothing. */
export async function sendMail(server: MailServer, mail: Mail, timeoutMs: number): Promise<Attempt> {
  const { host, port, tls, user, password, from } = server;
  const { to, subject, text, messageId, attachments = [] } = mail;
  // Only who sends mail waits for the library to be read.
  const { default: nodemailer } = await import('nodemailer');
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A message is text; nothing in it may make the mailer read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Each step has its own limit; a server that is slow at every step must not take their sum.
  const { promise: late, stop } = afterTime(timeoutMs);
  try {
    const sent = transport
      .sendMail({
        from,
        to,
        subject,
        text,
        messageId,
        attachments: attachments.map(({ content, ...about }) => ({ ...about, content: bytesOf(content) })),
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      .then(() => taken, refusal);
    return await Promise.race([sent, late]);
  } finally {
    stop();
    transport.close();
  }
}

const bytesOf = (content: string | Uint8Array): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);

function afterTime(ms: number): { readonly promise: Promise<Attempt>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<Attempt>(resolve => {
    timer = setTimeout(() => resolve(refused('no answer in time', true)), ms);
  });
  return { promise, stop: () => clearTimeout(timer) };
}

const failureSchema = z.object({ code: z.string().optional(), responseCode: z.number().optional() });

/** SMTP's own words may hold the password or the address; its codes do not. */
function refusal(cause: unknown): Attempt {
  const { code, responseCode } = failureSchema.catch({}).parse(cause);
  // 5xx: the server will say the same again. But a rejected login is often a server in trouble, or about to be mended.
  const isFinal = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
  const status = responseCode === undefined ? '' : `SMTP ${responseCode}`;
  return refused([status, code ?? ''].filter(part => part !== '').join(' ') || 'unreachable', !isFinal);
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { post } from './post.js';
import type { Sink, SinkOptions } from './sink.js';

/** How old a signed message may be when it arrives. Seconds. */
const ageSMax = 300;

/** `v1=<hex>`: HMAC-SHA256 over `<unix seconds>.<body>`, so that an old message cannot be sent again under a new time. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

export interface SignedRequest {
  readonly secret: string;
  /** The header `playhead-timestamp`. */
  readonly timestamp: string;
  /** The header `playhead-signature`. */
  readonly signature: string;
  /** The body as it came, before it is parsed. */
  readonly body: string;
  readonly now: Date;
}

/** For receivers: whether a request comes from who knows the secret, and now. */
export function isSignedWebhook({ secret, timestamp, signature, body, now }: SignedRequest): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > ageSMax) return false;
  const expected = Buffer.from(signatureOf(secret, timestamp, body));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** The message as JSON. */
export const webhookSink = (
  { url, secret }: { readonly url: string; readonly secret?: string | undefined },
  { name, timeoutMs, clock }: SinkOptions,
): Sink => ({
  name,
  send: message => {
    const body = JSON.stringify(message);
    const timestamp = String(Math.floor(clock().getTime() / 1000));
    const signed: Record<string, string> =
      secret === undefined
        ? {}
        : { 'playhead-timestamp': timestamp, 'playhead-signature': signatureOf(secret, timestamp, body) };
    return post(url, body, { 'playhead-delivery': message.id, ...signed }, timeoutMs);
  },
});

import { type Attempt, refused, taken } from './sink.js';

/** Statuses that say "later": time-out, too early, too many, and whatever is the server's own fault. */
const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** Posts JSON and says what became of it. Redirects are not followed: a signed message belongs to one address. */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'playhead', ...headers },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    // The answer's body says nothing that is kept; unread it would hold the connection.
    await response.body?.cancel();
    if (response.ok) return taken;
    return refused(`HTTP ${response.status}`, response.status >= 500 || laterStatuses.has(response.status));
  } catch (cause) {
    return refused(whyNot(cause), true);
  }
}

/** The kind of failure without the address, which may be a secret. */
function whyNot(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unreachable';
  if (cause.name === 'TimeoutError') return 'no answer in time';
  const inner = cause.cause;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  return code === undefined ? 'unreachable' : `unreachable (${code})`;
}

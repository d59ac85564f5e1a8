import { PlayheadError } from '#errors';

/** Tidying up that may stay undone where the connection is gone: leases end by themselves, and the next run drops the rest. */
export async function ifConnected(tidy: () => Promise<void>): Promise<void> {
  try {
    await tidy();
  } catch (error) {
    // What broke the connection is the news; this would stand before it.
    const isGone = error instanceof PlayheadError && /^(ENGINE_|QUERY_CANCELLED)/.test(error.code);
    if (!isGone) throw error;
  }
}

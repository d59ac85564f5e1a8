import { tables } from '#tables';
import type { Lake } from '#warehouse';
import type { FileInput } from './ingest-source.js';
import type { StagedInput } from './staged-input.js';

/**
 * Makes a staged input visible: first its rejected rows, then its events, each commit under the input's own `txn`. Killed
 * between the two, the same input given again skips the first and makes the second; `events` decides what is a repeat.
 */
export async function commitStaged(
  staged: StagedInput,
  { input, lake }: { readonly input: FileInput; readonly lake: Lake },
): Promise<void> {
  const { txn } = input;
  const operation = 'INGEST';
  const isDone = ((await lake.txnVersion('events_rejected', txn.appId)) ?? 0) >= txn.version;
  const hasRejected = Object.keys(staged.rejectedByCode).length > 0;
  if (hasRejected && !isDone) await lake.append(tables.events_rejected, staged.rejected, { txn, operation });
  if (staged.acceptedCount > 0) await lake.append(tables.events, staged.accepted, { txn, operation });
}

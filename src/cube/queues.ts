import type { QueryOrchestrator } from '@cubejs-backend/query-orchestrator';
import { z } from 'zod';

type Queue = ReturnType<ReturnType<QueryOrchestrator['getQueryCache']>['getExternalQueue']>;

/** As Cube lists what is queued; the key is a hash by which a query is cancelled. */
const queuedSchema = z.looseObject({
  queryKey: z.custom<Parameters<Queue['cancelQuery']>[0]>(key => typeof key === 'string'),
  requestId: z.string().nullish(),
});
type Queued = z.infer<typeof queuedSchema>;

/** Cube names the parts of a request after it. */
const spanOf = /-span-\d+$/;

const queuedIn = async (queue: Queue): Promise<Queued[]> => z.array(queuedSchema).parse(await queue.getQueries());

/** All queues of an orchestrator: questions to the files, questions to rollups, building of rollups. */
function queuesOf(orchestrator: QueryOrchestrator): Queue[] {
  const cache = orchestrator.getQueryCache();
  return [
    ...Object.values(cache.getQueues()),
    ...Object.values(orchestrator.getPreAggregations().getQueues()),
    cache.getExternalQueue(),
  ];
}

/**
 * Ends the questions of a request that read rollups: Cube's own way by the request's id ends those that read files and
 * those that build rollups, and passes over these.
 */
export async function endRollupQueries(orchestrator: QueryOrchestrator, requestId: string): Promise<void> {
  const queue = orchestrator.getQueryCache().getExternalQueue();
  const wanted = requestId.replace(spanOf, '');
  for (const { queryKey, requestId: of } of await queuedIn(queue)) {
    if (of?.replace(spanOf, '') === wanted) await queue.cancelQuery(queryKey, null);
  }
}

/**
 * Ends what waits in the queues and what runs there, and waits until they are still. Cube works its queues off whoever
 * is left to ask: over a closed database each of hundreds of questions would fail for itself and be told in the log.
 */
export async function endAllQueries(orchestrator: QueryOrchestrator): Promise<void> {
  for (const queue of queuesOf(orchestrator)) {
    for (const { queryKey } of await queuedIn(queue)) await queue.cancelQuery(queryKey, null);
    await queue.shutdown();
  }
}

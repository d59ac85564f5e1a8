import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { CubeServer } from '#cube';

const querySchema = z.looseObject({
  measures: z.array(z.string()).optional(),
  dimensions: z.array(z.string()).optional(),
  timeDimensions: z.array(z.looseObject({ granularity: z.string().optional() })).optional(),
  ungrouped: z.boolean().optional(),
});
type Query = z.infer<typeof querySchema>;

const answerSchema = z.object({
  data: z.array(z.unknown()).optional(),
  usedPreAggregations: z.record(z.string(), z.unknown()).optional(),
});
const usedSchema = z.array(z.object({ preAggregationId: z.string() }));

/** A question that reached Cube, and what answered it. */
export interface Served {
  /** The rollups, as `cube.rollup`; where there is none, what is read in words without a dot. */
  readonly by: string;
  readonly query: object;
}

/** Stands in front of a Cube, hands everything on and writes down which rollup answered which question. */
export interface RecordingCube {
  readonly url: string;
  /** What was asked since the last call. */
  take(): readonly Served[];
  /** All that was ever asked. */
  readonly everything: readonly Served[];
  close(): Promise<void>;
}

/** `rows of videos`, or what the rows are added up by: `sessions by minute`. */
export function unserved({ measures = [], dimensions = [], timeDimensions = [], ungrouped }: Query): string {
  const [cubeName, dimension] = (dimensions[0] ?? measures[0] ?? '').split('.');
  if (ungrouped === true) return `rows of ${cubeName}`;
  const grain = timeDimensions[0]?.granularity ?? (dimensions.length > 0 ? dimension : 'nothing');
  return `${cubeName} by ${grain}`;
}

/** The same of a question's text. */
export const unservedText = (json: string): string => unserved(querySchema.parse(JSON.parse(json)));

export async function startRecordingCube(cube: CubeServer): Promise<RecordingCube> {
  const served: Served[] = [];
  const everything: Served[] = [];
  const record = (request: string, answer: string) => {
    const body = z.object({ query: querySchema }).safeParse(JSON.parse(request));
    const given = answerSchema.parse(JSON.parse(answer));
    // Without data it says "Continue wait", and the question comes again.
    if (!body.success || given.data === undefined) return;
    const { query } = body.data;
    // The gateway's own look at which version is served, now and then.
    if (query.dimensions?.join() === 'job_runs.run_id,job_runs.sequence') return;
    const rollups = usedSchema.parse(Object.values(given.usedPreAggregations ?? {})).map(used => used.preAggregationId);
    const one = { by: rollups.length > 0 ? [...new Set(rollups)].join('+') : unserved(query), query };
    served.push(one);
    everything.push(one);
  };
  const server = createServer((request, response) => {
    const pass = async () => {
      const body = await textOf(request);
      const { authorization, 'content-type': type } = request.headers;
      const answer = await fetch(`${cube.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
        ...(body === '' ? {} : { body }),
      });
      const text = await answer.text();
      if (request.method === 'POST' && answer.status === 200) record(body, text);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    };
    pass().catch((error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => served.splice(0),
    everything,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

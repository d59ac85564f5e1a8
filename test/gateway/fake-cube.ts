import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

type Value = string | number | boolean | null;
type Row = Record<string, Value>;

/** Rows under member names. A measure is a function of the rows of a group. */
export interface FakeCube {
  readonly url: string;
  /** Every query that came to be answered, oldest first; without the gateway's own look at the data version. */
  readonly queries: Query[];
  readonly headers: Record<string, string | string[] | undefined>[];
  rows: Record<string, Row[]>;
  /** Answers the next requests instead of the rows. */
  readonly script: Reply[];
  /** Ids of requests whose queries were to end, in the order in which that was asked. */
  readonly ended: string[];
  /** Requests that were cut off by the asker. */
  readonly cutCount: () => number;
  close(): Promise<void>;
}

export type Reply =
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | { readonly kind: 'hang' }
  /** Answers rightly, later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Half of a body, then a broken connection. */
  | { readonly kind: 'half' }
  | { readonly kind: 'reset' };

const leaf = z.object({ member: z.string(), operator: z.string(), values: z.array(z.string()).optional() });
type Filter = z.infer<typeof leaf> | { or: Filter[] } | { and: Filter[] };
const filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([leaf, z.strictObject({ or: z.array(filter) }), z.strictObject({ and: z.array(filter) })]),
);

const querySchema = z.strictObject({
  measures: z.array(z.string()).optional(),
  dimensions: z.array(z.string()).optional(),
  timeDimensions: z
    .array(
      z.strictObject({
        dimension: z.string(),
        dateRange: z.tuple([z.string(), z.string()]).optional(),
        granularity: z.string().optional(),
      }),
    )
    .optional(),
  filters: z.array(filter).optional(),
  order: z.array(z.tuple([z.string(), z.enum(['asc', 'desc'])])).optional(),
  limit: z.number(),
  ungrouped: z.literal(true).optional(),
  total: z.literal(true).optional(),
});
export type Query = z.infer<typeof querySchema>;

/** A small Cube: it evaluates queries over fixed rows, and refuses members that the rows do not have. */
export async function startFakeCube(rows: Record<string, Row[]>, atPort = 0): Promise<FakeCube> {
  const queries: Query[] = [];
  const headers: FakeCube['headers'] = [];
  const script: Reply[] = [];
  const ended: string[] = [];
  let cutCount = 0;
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) cutCount += 1;
    });
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400).end(JSON.stringify({ error: String(error) }));
    });
  });
  const fake: FakeCube = {
    url: '',
    queries,
    headers,
    rows,
    script,
    ended,
    cutCount: () => cutCount,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/readyz') {
      const next = script.shift();
      response.writeHead(next?.kind === 'text' ? next.status : 200).end('{}');
      return;
    }
    if (request.method === 'DELETE') {
      ended.push(decodeURIComponent(request.url?.split('/').at(-1) ?? ''));
      response.writeHead(200).end('{"result":[]}');
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { query } = z.object({ query: querySchema }).parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    if (isVersionLookup(query)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(evaluate(query, fake.rows)));
      return;
    }
    queries.push(query);
    headers.push(request.headers);
    const reply = script.shift();
    if (reply?.kind === 'hang') return;
    if (reply?.kind === 'slow') await setTimeout(reply.ms);
    if (reply?.kind === 'half') {
      response.writeHead(200, { 'content-length': '1000' }).write('{"data":[');
      response.destroy();
      return;
    }
    if (reply?.kind === 'reset') request.socket.destroy();
    else if (reply?.kind === 'text') response.writeHead(reply.status).end(reply.text);
    else
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(evaluate(query, fake.rows)));
  }

  await new Promise<void>(resolve => server.listen(atPort, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(fake, { url: `http://127.0.0.1:${port}` });
}

const isVersionLookup = ({ dimensions = [] }: Query): boolean =>
  dimensions.join() === 'job_runs.run_id,job_runs.sequence';

function evaluate(query: Query, tables: Record<string, Row[]>) {
  const members = [...(query.dimensions ?? []), ...(query.measures ?? [])];
  const cube = (members[0] ?? '').split('.')[0] ?? '';
  const table = tables[cube];
  if (table === undefined) throw new Error(`'${cube}' not found`);
  const seconds = (query.timeDimensions ?? []).filter(time => time.granularity !== undefined);
  const kept = table.filter(
    row =>
      (query.filters ?? []).every(each => holds(row, each)) &&
      (query.timeDimensions ?? []).every(
        time => time.dateRange === undefined || isWithin(read(row, time.dimension), time.dateRange),
      ),
  );
  const shown = kept.map(row => {
    const result: Row = {};
    for (const member of members) result[member] = read(row, member);
    for (const time of seconds)
      result[`${time.dimension}.${time.granularity}`] = truncate(read(row, time.dimension), time.granularity ?? '');
    return result;
  });
  const orderKey = (member: string) => {
    const time = seconds.find(({ dimension }) => dimension === member);
    return time === undefined ? member : `${member}.${time.granularity}`;
  };
  for (const [member, direction] of (query.order ?? []).toReversed()) {
    const key = orderKey(member);
    shown.sort((a, b) => compare(a[key] ?? null, b[key] ?? null) * (direction === 'asc' ? 1 : -1));
  }
  return { data: shown.slice(0, query.limit), ...(query.total === true ? { total: shown.length } : {}) };
}

function read(row: Row, member: string): Value {
  const value = row[member.slice(member.indexOf('.') + 1)];
  if (value === undefined) throw new Error(`'${member}' not found`);
  return value;
}

const truncate = (value: Value, granularity: string): string =>
  granularity === 'second'
    ? `${String(value).slice(0, 19)}.000`
    : granularity === 'minute'
      ? `${String(value).slice(0, 16)}:00.000`
      : `${String(value).slice(0, 10)}T00:00:00.000`;

function holds(row: Row, condition: Filter): boolean {
  if ('or' in condition) return condition.or.some(each => holds(row, each));
  if ('and' in condition) return condition.and.every(each => holds(row, each));
  const value = read(row, condition.member);
  const [first = ''] = condition.values ?? [];
  if (condition.operator === 'set') return value !== null;
  if (condition.operator === 'notSet') return value === null;
  if (value === null) return false;
  const order = compare(value, typeof value === 'number' ? Number(first) : first);
  switch (condition.operator) {
    case 'equals':
      return (condition.values ?? []).includes(String(value));
    case 'contains':
      return String(value).toLowerCase().includes(first.toLowerCase());
    case 'gt':
      return order > 0;
    case 'gte':
    case 'afterOrOnDate':
      return order >= 0;
    case 'lt':
    case 'beforeDate':
      return order < 0;
    case 'inDateRange':
      return isWithin(value, [first, condition.values?.[1] ?? '']);
    default:
      throw new Error(`Operator ${condition.operator} not supported`);
  }
}

/** Days are taken whole, instants as they are. */
const isWithin = (value: Value, [from, to]: readonly [string, string]): boolean =>
  String(value).slice(0, from.length) >= from && String(value).slice(0, to.length) <= to;

function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

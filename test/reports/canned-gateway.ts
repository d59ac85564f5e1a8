import { createServer } from 'node:http';
import { z } from 'zod';
import type { ReportFacts } from '#reports';
import { someFacts } from './facts.js';

const questionSchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

/** An HTTP server that answers a report's questions with the facts of the tests, and keeps the questions. */
export async function openCannedGateway() {
  const asked: {
    readonly name: string;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly authorization: string | undefined;
  }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { query, variables } = questionSchema.parse(JSON.parse(body));
      const name = /query (\w+)/.exec(query)?.[1] ?? '';
      asked.push({ name, variables, authorization: request.headers.authorization });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: answerOf(name) }));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise<void>(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

type Part = ReportFacts['alerts'] | ReportFacts['tiers'] | ReportFacts['retention'] | ReportFacts['quality'];
const held = (part: { readonly kind: string; readonly value?: unknown } | Part) =>
  'value' in part ? part.value : null;

function answerOf(name: string): Readonly<Record<string, unknown>> {
  const facts = someFacts();
  const { freshness } = facts;
  switch (name) {
    case 'ReportPeriod':
      return {
        freshness,
        totals: facts.totals,
        totalsBefore: held(facts.totalsBefore),
        days: held(facts.days),
        daysBefore: held(facts.daysBefore),
        mostWatched: held(facts.mostWatched),
        bestCompleted: held(facts.bestCompleted),
        leastCompleted: held(facts.leastCompleted),
      };
    case 'ReportAudience': {
      const names = ['sessions', 'users', 'videos'].flatMap(what =>
        ['High', 'Medium', 'Low', 'Minimal'].map(tier => `${what}${tier}`),
      );
      return { freshness, ...Object.fromEntries(names.map(one => [one, { totalCount: 2 }])) };
    }
    case 'ReportRetention':
      return { freshness, retention: facts.retention.kind === 'answered' ? facts.retention.value[0] : null };
    case 'ReportTrust':
      return { freshness, dataQuality: held(facts.quality), experiments: held(facts.experiments) };
    default:
      return { alerts: { nodes: held(facts.alerts), pageInfo: { hasNextPage: false, endCursor: null } } };
  }
}

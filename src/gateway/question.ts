import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { z } from 'zod';

/** What a client asks, as far as it can be told before anything is parsed as GraphQL. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** The text of the document; absent where only its hash was sent. */
  readonly query: string | undefined;
  /** SHA-256 of the document in hex: computed from the text where there is one, else what the client says. */
  readonly hash: string | undefined;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

const sha256 = /^[0-9a-f]{64}$/;
const objectSchema = z.record(z.string(), z.unknown());
const questionSchema = z.object({
  query: z.string().optional(),
  operationName: z.string().nullish(),
  variables: objectSchema.nullish(),
  documentId: z.string().optional(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }).optional() }).nullish(),
});

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads the question of a request; undefined where it is not of the form that GraphQL over HTTP gives it. */
export function readQuestion(request: Request): Question | undefined {
  const parsed = questionSchema.safeParse(request.method === 'GET' ? parametersOf(request) : request.body);
  if (!parsed.success) return undefined;
  const { query, operationName, variables, documentId, extensions } = parsed.data;
  const told = documentId?.replace(/^sha256:/, '') ?? extensions?.persistedQuery?.sha256Hash;
  const hash = query !== undefined && query !== '' ? hashOf(query) : told;
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    query: query === '' ? undefined : query,
    hash: hash !== undefined && sha256.test(hash) ? hash : undefined,
    operationName: operationName ?? null,
    variables: variables ?? {},
  };
}

export const searchOf = (request: Request): string => new URL(request.originalUrl, 'http://gateway').search;

function parametersOf(request: Request): Record<string, unknown> {
  const parameters = new URLSearchParams(searchOf(request));
  const text = (name: string) => parameters.get(name) ?? undefined;
  return {
    query: text('query'),
    operationName: text('operationName'),
    documentId: text('documentId'),
    variables: jsonOf(text('variables')),
    extensions: jsonOf(text('extensions')),
  };
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The text itself fits no schema: the question is then not of the form.
    return text;
  }
}

/** The same text for equal values, whatever the order of keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** Content types that a page of another origin can send without asking first. */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** True where a browser must have asked before it sent this for another origin: what is kept may then be given out. */
export function isPreflighted({ headers }: Pick<Request, 'headers'>): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && type !== '' && !simpleTypes.includes(type)) return true;
  return [headers['apollo-require-preflight'], headers['x-apollo-operation-name']].some(
    value => value !== undefined && value !== '',
  );
}

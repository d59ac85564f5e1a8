import { z } from 'zod';

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
});

export type Answer = z.infer<typeof answerSchema> & { readonly status: number };

export interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Asks a gateway as a client does. */
export async function ask(url: string, { query, variables, headers = {} }: Question): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...answerSchema.parse(await response.json()) };
}

/** The codes of an answer's errors. */
export const codesOf = (answer: Answer): unknown[] => (answer.errors ?? []).map(error => error.extensions['code']);

import { z } from 'zod';
import { PlayheadError } from '#errors';

export interface GatewayAccess {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** How long one question may take. Milliseconds. */
  readonly timeoutMs: number;
}

/** Why a part of an answer is missing. */
export interface Unanswered {
  readonly code: string;
  readonly message: string;
}

/** An answer whose root fields may be null, and why each of them is. */
export interface Answered {
  readonly data: Readonly<Record<string, unknown>>;
  readonly missing: ReadonlyMap<string, Unanswered>;
}

export type Ask = (document: string, variables: Readonly<Record<string, unknown>>) => Promise<Answered>;

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.object({ code: z.string().default('INTERNAL') }).prefault({}),
      }),
    )
    .default([]),
});

/** How a gateway is asked. @throws REPORT_UNANSWERED when it cannot be reached or answers nothing of a question */
export function askGateway({ url, token, timeoutMs }: GatewayAccess): Ask {
  return async (query, variables) => {
    const answer = answerSchema.safeParse(await post(query, variables));
    if (!answer.success) throw unanswered(url, 'it does not answer as a gateway of Playhead does');
    const { data, errors } = answer.data;
    const [first] = errors;
    if (data == null) {
      const why = first === undefined ? 'it answered nothing' : `${first.extensions.code}: ${first.message}`;
      throw unanswered(url, why);
    }
    const missing = new Map(
      errors.map(({ message, path, extensions: { code } }) => [String(path?.[0] ?? ''), { code, message }] as const),
    );
    return { data, missing };
  };

  async function post(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await response.json();
    } catch (cause) {
      const isLate = cause instanceof Error && cause.name === 'TimeoutError';
      throw unanswered(url, isLate ? `no answer within ${timeoutMs / 1000} s` : 'it cannot be reached', cause);
    }
  }
}

const unanswered = (at: string, message: string, cause?: unknown): PlayheadError =>
  new PlayheadError({
    code: 'REPORT_UNANSWERED',
    at,
    message,
    hint: 'the gateway must run, be of this version, and know the secret of this configuration',
    cause,
  });

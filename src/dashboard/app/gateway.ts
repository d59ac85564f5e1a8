import { authorization, refused, tokenNow } from './access.js';

/** A document of documents/ with the types of what it answers and of its variables. */
export interface Question<Answer, Variables> {
  readonly text: string;
  /** Never there: carries the types. */
  readonly types?: { readonly answer: Answer; readonly variables: Variables };
}

/** An error as the gateway codes it: what a panel shows instead of numbers. */
export interface PanelError {
  readonly message: string;
  readonly code: string;
  readonly requestId?: string | undefined;
  /** The root field that failed; absent when the whole request did. */
  readonly field?: string | undefined;
}

export interface Answer<T> {
  readonly data?: T | undefined;
  readonly errors: readonly PanelError[];
}

interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: { readonly code?: unknown; readonly requestId?: unknown } | undefined;
}

/** Asks the gateway that served this page. Never throws: a failure is an answer with errors. */
export async function ask<T, V>({ text }: Question<T, V>, variables: V, signal?: AbortSignal): Promise<Answer<T>> {
  const token = tokenNow();
  let response: Response;
  try {
    response = await fetch('./graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...authorization(token),
      },
      body: JSON.stringify({ query: text, variables }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) return { errors: [] };
    return { errors: [{ code: 'UNREACHABLE', message: error instanceof Error ? error.message : String(error) }] };
  }
  const body: { data?: T | null; errors?: GraphqlError[] } | undefined = await response.json().catch(() => undefined);
  if (body === undefined) return { errors: [nonsense(response.status)] };
  const errors = (body.errors ?? []).map(panelError);
  noteRefusal(token, errors);
  return { data: body.data ?? undefined, errors };
}

export const nonsense = (status: number): PanelError => ({
  code: `HTTP_${status}`,
  message: 'the gateway answered nonsense',
});

/** A token that is missing or not taken concerns the whole page, not the panel that noticed. */
export function noteRefusal(token: string | undefined, errors: readonly PanelError[]): void {
  const refusal = errors.find(({ code }) => code === 'UNAUTHENTICATED');
  if (refusal !== undefined) refused(token, refusal.message);
}

const textOr = (value: unknown, otherwise: string | undefined) => (typeof value === 'string' ? value : otherwise);

export function panelError({ message, path, extensions }: GraphqlError): PanelError {
  const field = path?.[0];
  return {
    message,
    code: textOr(extensions?.code, undefined) ?? 'INTERNAL',
    requestId: textOr(extensions?.requestId, undefined),
    field: field === undefined ? undefined : String(field),
  };
}

/** The error that concerns a root field of an answer. */
export const errorOf = ({ errors }: Answer<unknown>, field: string): PanelError =>
  errors.find(error => error.field === field) ??
  errors.find(error => error.field === undefined) ?? { code: 'INTERNAL', message: 'no numbers came, and no reason' };

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
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly requestId?: string };
}

/** Asks the gateway that served this page. Never throws: a failure is an answer with errors. */
export async function ask<T>(
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch('./graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) return { errors: [] };
    return { errors: [{ code: 'UNREACHABLE', message: error instanceof Error ? error.message : String(error) }] };
  }
  const body: { data?: T | null; errors?: GraphqlError[] } | undefined = await response.json().catch(() => undefined);
  if (body === undefined)
    return { errors: [{ code: `HTTP_${response.status}`, message: 'the gateway answered nonsense' }] };
  return { data: body.data ?? undefined, errors: (body.errors ?? []).map(panelError) };
}

function panelError({ message, path, extensions }: GraphqlError): PanelError {
  const field = path?.[0];
  return {
    message,
    code: extensions?.code ?? 'INTERNAL',
    requestId: extensions?.requestId,
    field: field === undefined ? undefined : String(field),
  };
}

import { authorization } from './access.js';
import { type Answer, type GraphqlError, nonsense, type PanelError, panelError, type Question } from './answer.js';
import { access } from './tab.js';

/** Asks the gateway that served this page. Never throws: a failure is an answer with errors. */
export async function ask<T, V>({ text }: Question<T, V>, variables: V, signal?: AbortSignal): Promise<Answer<T>> {
  const token = access.token();
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

/** A token that is missing or not taken concerns the whole page, not the panel that noticed. */
export function noteRefusal(token: string | undefined, errors: readonly PanelError[]): void {
  const refusal = errors.find(({ code }) => code === 'UNAUTHENTICATED');
  if (refusal !== undefined) access.refused(token, refusal.message);
}

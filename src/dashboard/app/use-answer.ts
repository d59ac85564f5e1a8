import { useEffect, useState } from 'preact/hooks';
import { type Answer, ask } from './gateway.js';

export type Loading<T> =
  | { readonly state: 'loading'; readonly stale?: Answer<T> }
  | { readonly state: 'done'; readonly answer: Answer<T> };

/**
 * Asks the gateway whenever the question or `attempt` changes; what is no longer wanted is cancelled.
 * While a new answer is on its way the one before stays readable as `stale`.
 */
export function useAnswer<T>(
  query: string,
  variables: Record<string, unknown> | undefined,
  attempt: number,
): Loading<T> {
  const [loading, setLoading] = useState<Loading<T>>({ state: 'loading' });
  /** Stands for the variables: equal ones are the same question. */
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (variables === undefined) return;
    const controller = new AbortController();
    setLoading(before => ({ state: 'loading', ...(before.state === 'done' ? { stale: before.answer } : {}) }));
    ask<T>(query, variables, controller.signal).then(
      answer => {
        if (!controller.signal.aborted) setLoading({ state: 'done', answer });
      },
      (error: unknown) => {
        setLoading({ state: 'done', answer: { errors: [{ code: 'INTERNAL', message: String(error) }] } });
      },
    );
    return () => controller.abort();
  }, [query, key, attempt]);
  return loading;
}

export const answerOf = <T>(loading: Loading<T>): Answer<T> | undefined =>
  loading.state === 'done' ? loading.answer : loading.stale;

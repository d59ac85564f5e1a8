import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, PanelError, Question } from './answer.js';
import { ask } from './gateway.js';
import { renewed } from './renew.js';

export interface Asked<T> {
  /** Undefined while the first answer is on its way. */
  readonly answer: Answer<T> | undefined;
  /** A newer answer, or that to another question, is on its way. */
  readonly isLoading: boolean;
  /** Why (parts of) the answer could not be renewed. */
  readonly notRenewed: PanelError | undefined;
}

/**
 * Asks the gateway whenever the question or `attempt` changes; what is no longer wanted is cancelled. While the answer to
 * another question is on its way the one before stays readable; what cannot be renewed stays, and is marked.
 */
export function useAnswer<T extends object, V>(question: Question<T, V>, variables: V, attempt: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ answer: undefined, isLoading: true, notRenewed: undefined });
  /** Stands for the variables: equal ones are the same question. */
  const key = JSON.stringify(variables);
  const answered = useRef<{ readonly key: string; readonly answer: Answer<T> } | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    setAsked(before => ({ ...before, isLoading: true }));
    ask(question, variables, controller.signal).then(
      newer => {
        if (controller.signal.aborted) return;
        const older = answered.current?.key === key ? answered.current.answer : undefined;
        const { answer, notRenewed } = renewed(older, newer);
        answered.current = { key, answer };
        setAsked({ answer, notRenewed, isLoading: false });
      },
      (error: unknown) => {
        const failure = { code: 'INTERNAL', message: String(error) };
        setAsked({ answer: { errors: [failure] }, notRenewed: undefined, isLoading: false });
      },
    );
    return () => controller.abort();
  }, [question, key, attempt]);
  return asked;
}

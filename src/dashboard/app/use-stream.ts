import { createClient, NetworkError } from 'graphql-sse';
import { useEffect, useState } from 'preact/hooks';
import { authorization } from './access.js';
import { nonsense, type PanelError, panelError, type Question } from './answer.js';
import { noteRefusal } from './gateway.js';
import { access } from './tab.js';

/** What a subscription has sent last. */
export type Streamed<T> =
  | { readonly state: 'waiting' }
  | { readonly state: 'live'; readonly data: T }
  /** Broken, and tried again; `data` is what it had sent before. */
  | { readonly state: 'broken'; readonly error: PanelError; readonly data: T | undefined };

const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/**
 * Follows a subscription over server-sent events for as long as the page is in front: streams of hidden pages are closed,
 * since the gateway has only so many. A broken one is opened again, later each time.
 */
export function useStream<T extends object>(question: Question<T, Readonly<Record<string, never>>>): Streamed<T> {
  const [streamed, setStreamed] = useState<Streamed<T>>({ state: 'waiting' });
  useEffect(() => {
    const following = follow(question, setStreamed);
    const turn = () => (document.hidden ? following.pause() : following.resume());
    document.addEventListener('visibilitychange', turn);
    turn();
    return () => {
      document.removeEventListener('visibilitychange', turn);
      following.pause();
    };
  }, [question]);
  return streamed;
}

type Update<T> = (change: (before: Streamed<T>) => Streamed<T>) => void;

function follow<T extends object>(question: Question<T, Readonly<Record<string, never>>>, update: Update<T>) {
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = firstPauseMs;

  const broke = (error: PanelError) => {
    close = undefined;
    update(before => ({ state: 'broken', error, data: before.state === 'waiting' ? undefined : before.data }));
    timer = setTimeout(open, pauseMs);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  };

  function open(): void {
    const token = access.token();
    const client = createClient({
      url: './graphql/stream',
      headers: () => authorization(token),
      retryAttempts: 0,
    });
    let isOver = false;
    const end = (error: PanelError) => {
      if (isOver) return;
      isOver = true;
      broke(error);
    };
    const unsubscribe = client.subscribe<T>(
      { query: question.text },
      {
        next: ({ data, errors }) => {
          const [error] = (errors ?? []).map(panelError);
          if (error !== undefined || data === null || data === undefined) {
            // A failure is one message of the stream; the next look may succeed.
            const shown = error ?? { code: 'INTERNAL', message: 'no numbers came, and no reason' };
            update(before => ({
              state: 'broken',
              error: shown,
              data: before.state === 'waiting' ? undefined : before.data,
            }));
            return;
          }
          pauseMs = firstPauseMs;
          update(() => ({ state: 'live', data }));
        },
        error: error => {
          void coded(error).then(shown => {
            noteRefusal(token, [shown]);
            end(shown);
          });
        },
        complete: () => end({ code: 'CLOSED', message: 'the gateway ended the stream' }),
      },
    );
    close = () => {
      isOver = true;
      unsubscribe();
    };
  }

  return {
    pause: () => {
      clearTimeout(timer);
      timer = undefined;
      close?.();
      close = undefined;
    },
    resume: () => {
      if (close === undefined && timer === undefined) open();
    },
  };
}

/** What the gateway answered instead of a stream, as it codes it. */
async function coded(error: unknown): Promise<PanelError> {
  if (error instanceof NetworkError && error.response instanceof Response) {
    const { response } = error;
    const body: { errors?: Parameters<typeof panelError>[0][] } | undefined = await response
      .json()
      .catch(() => undefined);
    const [first] = (body?.errors ?? []).map(panelError);
    return first ?? nonsense(response.status);
  }
  return { code: 'UNREACHABLE', message: error instanceof Error ? error.message : String(error) };
}

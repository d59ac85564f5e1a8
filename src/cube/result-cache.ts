import { LRUCache } from 'lru-cache';

/** What asking came to: an answer that may be given again, or one that holds for those who wait for it now only. */
export type Outcome<Answer> =
  | { readonly kind: 'lasting'; readonly answer: Answer; readonly sizeBytes: number }
  | { readonly kind: 'passing'; readonly answer: Answer };

/**
 * Answers by question, the least recently used dropped beyond a size, and equal questions asked once while the first
 * is on its way. Exact for as long as a key says everything that the answer depends on.
 */
export class ResultCache<Answer extends object> {
  readonly #kept: LRUCache<string, Answer> | undefined;
  readonly #asked = new Map<string, Promise<Answer>>();

  /** @param sizeBytesMax all answers together; 0 keeps none, and still joins equal questions */
  constructor(sizeBytesMax: number) {
    this.#kept = sizeBytesMax > 0 ? new LRUCache({ maxSize: sizeBytesMax }) : undefined;
  }

  /** The kept answer, else that of the one who asks already, else that of `ask`, whose errors are not kept. */
  answer(key: string, ask: () => Promise<Outcome<Answer>>): Promise<Answer> {
    const kept = this.#kept?.get(key);
    if (kept !== undefined) return Promise.resolve(kept);
    const running = this.#asked.get(key);
    if (running !== undefined) return running;
    const asked = ask()
      .then(outcome => {
        if (outcome.kind === 'lasting') this.#kept?.set(key, outcome.answer, { size: key.length + outcome.sizeBytes });
        return outcome.answer;
      })
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }
}

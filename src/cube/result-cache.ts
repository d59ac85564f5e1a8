import { LRUCache } from 'lru-cache';

/** What asking came to: an answer that may be given again, or one that holds for those who wait for it now only. */
export type Outcome<Answer> =
  | { readonly kind: 'lasting'; readonly answer: Answer; readonly sizeBytes: number }
  | { readonly kind: 'passing'; readonly answer: Answer };

interface Asked<Answer> {
  readonly asker: string;
  readonly answer: Promise<Answer>;
  /** Resolves when the one who asked first has it broken off; Cube lets an answer hang for seconds then. */
  readonly ended: Promise<'ended'>;
  readonly end: () => void;
}

/**
 * Answers by question, the least recently used dropped beyond a size, and equal questions asked once while the first
 * is on its way. Exact for as long as a key says everything that the answer depends on.
 */
export class ResultCache<Answer extends object> {
  readonly #kept: LRUCache<string, Answer> | undefined;
  readonly #asked = new Map<string, Asked<Answer>>();

  /** @param sizeBytesMax all answers together; 0 keeps none, and still joins equal questions */
  constructor(sizeBytesMax: number) {
    this.#kept = sizeBytesMax > 0 ? new LRUCache({ maxSize: sizeBytesMax }) : undefined;
  }

  /**
   * The kept answer, else that of the one who asks already, else that of `ask`, whose errors are not kept.
   * @param asker who is to be named to `end` what is asked here
   */
  async answer(key: string, asker: string, ask: () => Promise<Outcome<Answer>>): Promise<Answer> {
    const kept = this.#kept?.get(key);
    if (kept !== undefined) return kept;
    const running = this.#asked.get(key);
    if (running === undefined) return this.#ask(key, asker, ask);
    const joined = await Promise.race([running.ended, running.answer]);
    // Ended by the one who asked first, who is not the one who waits here.
    return joined === 'ended' ? this.answer(key, asker, ask) : joined;
  }

  /** What this one has asked is about to be broken off: who has joined asks for himself, and nobody joins any more. */
  end(asker: string): void {
    for (const [key, asked] of this.#asked) {
      if (asked.asker !== asker) continue;
      asked.end();
      this.#asked.delete(key);
    }
  }

  #ask(key: string, asker: string, ask: () => Promise<Outcome<Answer>>): Promise<Answer> {
    const answer = ask()
      .then(outcome => {
        if (outcome.kind === 'lasting') this.#kept?.set(key, outcome.answer, { size: key.length + outcome.sizeBytes });
        return outcome.answer;
      })
      .finally(() => {
        if (this.#asked.get(key) === asked) this.#asked.delete(key);
      });
    let end = (): void => undefined;
    const ended = new Promise<'ended'>(resolve => {
      end = () => resolve('ended');
    });
    const asked: Asked<Answer> = { asker, answer, ended, end };
    this.#asked.set(key, asked);
    return answer;
  }
}

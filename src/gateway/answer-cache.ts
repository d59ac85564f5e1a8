import { LRUCache } from 'lru-cache';
import { hashOf } from './question.js';

/** An answer as it goes over the wire: encoded once, however often it is sent. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
}

export interface MadeAnswer {
  readonly answer: KeptAnswer;
  /** Seconds after which it is forgotten even if the data stays; undefined where only new data changes it. */
  readonly maxAgeS: number | undefined;
}

export interface KeyParts {
  /** Which data, of which run. */
  readonly dataVersion: string;
  /** Number of the older run that the header names. */
  readonly version: number | undefined;
  /** What the access rules see of the caller. */
  readonly accessKey: string;
  readonly documentHash: string;
  readonly operationName: string | null;
  /** Canonical text. */
  readonly variables: string;
  /** The media type follows from it. */
  readonly accept: string;
}

/** Answers by data version, document, variables and caller: a new run of the job makes all earlier keys unreachable. */
export class AnswerCache {
  readonly #kept: LRUCache<string, KeptAnswer>;
  readonly #coming = new Map<string, Promise<KeptAnswer | undefined>>();
  readonly #salt: string;

  /** `salt`: what else decides the answers (contract, configuration); another process with the same gives the same ETags. */
  constructor({ bytesMax, salt }: { readonly bytesMax: number; readonly salt: string }) {
    // Hashed here and not with each key: the contract is long.
    this.#salt = hashOf(salt);
    this.#kept = new LRUCache({ maxSize: Math.max(1, bytesMax), sizeCalculation: sizeOf, perf: clock });
  }

  keyOf(parts: KeyParts): string {
    const { dataVersion, version, accessKey, documentHash, operationName, variables, accept } = parts;
    return hashOf(
      JSON.stringify([
        this.#salt,
        dataVersion,
        version ?? null,
        accessKey,
        documentHash,
        operationName,
        variables,
        accept,
      ]),
    ).slice(0, 40);
  }

  /**
   * The answer that is kept, or a promise of the one that another request is making: of none where that one takes long.
   * Not a promise where there is neither, so that of many who find nothing at once only the first makes it.
   */
  find(key: string): KeptAnswer | Promise<KeptAnswer | undefined> | undefined {
    const coming = this.#coming.get(key);
    return this.#kept.get(key) ?? (coming === undefined ? undefined : withinPatience(coming));
  }

  /** Makes an answer; whoever asks the same meanwhile finds it. What is not to be kept, `work` has sent itself. */
  async make(key: string, work: () => Promise<MadeAnswer | undefined>): Promise<void> {
    const coming = work().then(made => {
      if (made === undefined) return undefined;
      const { answer, maxAgeS } = made;
      this.#kept.set(key, answer, maxAgeS === undefined ? {} : { ttl: maxAgeS * 1000 });
      return answer;
    });
    this.#coming.set(key, coming);
    try {
      await coming;
    } finally {
      if (this.#coming.get(key) === coming) this.#coming.delete(key);
    }
  }
}

/** Who has waited for another's answer for so long asks for one of its own. Milliseconds. */
const patienceMs = 1_000;

/** An answer that fails or is not to be kept is not another's: undefined. */
function withinPatience(coming: Promise<KeptAnswer | undefined>): Promise<KeptAnswer | undefined> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    const end = (answer: KeptAnswer | undefined) => {
      clearTimeout(timer);
      resolve(answer);
    };
    coming.then(end, () => end(undefined));
  });
}

/** Looked up with each call: tests set the time. */
const clock = { now: () => performance.now() };

/** The rest of an entry is small. */
const sizeOf = ({ body }: KeptAnswer): number => body.byteLength + 500;

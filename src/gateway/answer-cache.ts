import { LRUCache } from 'lru-cache';
import { hashOf } from './question.js';

/** An answer as it goes over the wire: encoded once, however often it is sent. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
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
  readonly #salt: string;

  /** `salt`: what else decides the answers (contract, configuration); another process with the same gives the same ETags. */
  constructor({ bytesMax, salt }: { readonly bytesMax: number; readonly salt: string }) {
    this.#salt = salt;
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

  get(key: string): KeptAnswer | undefined {
    return this.#kept.get(key);
  }

  /** `maxAgeS`: seconds after which it is forgotten even if the data stays; undefined where only new data changes it. */
  set(key: string, answer: KeptAnswer, maxAgeS: number | undefined): void {
    this.#kept.set(key, answer, maxAgeS === undefined ? {} : { ttl: maxAgeS * 1000 });
  }
}

/** Looked up with each call: tests set the time. */
const clock = { now: () => performance.now() };

/** The rest of an entry is small. */
const sizeOf = ({ body }: KeptAnswer): number => body.byteLength + 500;

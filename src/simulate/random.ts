/**
 * A small seeded generator (sfc32): the same seed and keys give the same numbers on every machine.
 * Streams are forked by key (`Random.of(seed, 'user', 17)`), so that one more user changes nobody else's life.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  private constructor(hash: number) {
    this.#a = mix(hash ^ 0x9e3779b9);
    this.#b = mix(this.#a ^ 0x243f6a88);
    this.#c = mix(this.#b ^ hash);
    for (let i = 0; i < 12; i++) this.bits();
  }

  static of(...keys: readonly (string | number)[]): Random {
    let hash = 0x811c9dc5;
    for (const key of keys) {
      const text = String(key);
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash = mix(hash ^ 0x2f);
    }
    return new Random(hash);
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 <= x < 1. */
  share(): number {
    return this.bits() / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.share() < probability;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.share();
  }

  /** A whole number, both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.share() * (to - from + 1));
  }

  /** Exponentially distributed with this mean: waiting times. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.share());
  }

  /** Log-normal around a median: durations, where most are small and some are large. */
  spread(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.share())) * Math.cos(2 * Math.PI * this.share());
    return median * Math.exp(sigma * normal);
  }

  /** One of the keys, each with the weight beside it. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries<number>(weights) as [K, number][];
    let rest = this.share() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    let chosen = entries[0];
    for (const entry of entries) {
      chosen = entry;
      rest -= entry[1];
      if (rest < 0) break;
    }
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen[0];
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.share() * items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  /** Text of 13 or fewer digits to the base 36: identifiers. */
  id(): string {
    return this.bits().toString(36) + this.bits().toString(36);
  }
}

/** Spreads every input bit over all output bits (murmur3's finalizer). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

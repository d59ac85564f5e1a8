import { gatewayError } from './errors.js';

/** One row of Cube's answer: member name to value. */
export type CubeRow = Readonly<Record<string, unknown>>;

const nonsense = (member: string, what: string) =>
  gatewayError('UPSTREAM_UNAVAILABLE', `the semantic layer answered no ${what} for ${member}`);

/** Reads the columns of one row under the members of one cube, and turns Cube's texts into values. */
export class RowReader {
  readonly #row: CubeRow;
  readonly #cube: string;

  constructor(row: CubeRow, cube: string) {
    this.#row = row;
    this.#cube = cube;
  }

  #value(name: string): unknown {
    const member = `${this.#cube}.${name}`;
    const value = this.#row[member];
    if (value === undefined) throw nonsense(member, 'value');
    return value;
  }

  textOrNull(name: string): string | null {
    const value = this.#value(name);
    return value === null ? null : String(value);
  }

  text(name: string): string {
    return this.textOrNull(name) ?? this.#missing(name, 'text');
  }

  /** Numbers come as texts from some drivers. */
  numberOrNull(name: string): number | null {
    return toNumber(this.#value(name), `${this.#cube}.${name}`);
  }

  number(name: string): number {
    return this.numberOrNull(name) ?? this.#missing(name, 'number');
  }

  /** A word of the tables (`High`, `timeout`) as the value of an enum of the contract. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const text = this.text(name).toUpperCase();
    return words.find(word => word === text) ?? this.#missing(name, 'word that the contract knows');
  }

  booleanOrNull(name: string): boolean | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (value === true || value === 'true' || value === 1 || value === '1') return true;
    if (value === false || value === 'false' || value === 0 || value === '0') return false;
    throw nonsense(`${this.#cube}.${name}`, 'truth value');
  }

  boolean(name: string): boolean {
    return this.booleanOrNull(name) ?? this.#missing(name, 'truth value');
  }

  instantOrNull(name: string): string | null {
    const value = this.#value(name);
    return value === null ? null : toInstant(value, `${this.#cube}.${name}`);
  }

  instant(name: string): string {
    return this.instantOrNull(name) ?? this.#missing(name, 'instant');
  }

  day(name: string): string {
    return this.instant(name).slice(0, 10);
  }

  #missing(name: string, what: string): never {
    throw nonsense(`${this.#cube}.${name}`, what);
  }
}

/** A number, from Cube's number or text. @throws UPSTREAM_UNAVAILABLE */
export function toNumber(value: unknown, member: string): number | null {
  if (value === null || value === undefined) return null;
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw nonsense(member, 'number');
}

/** Cube writes instants as UTC without a zone. */
export function toInstant(value: unknown, member: string): string {
  const text = String(value).replace(' ', 'T');
  const instant = new Date(
    /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text.length === 10 ? `${text}T00:00:00` : text}Z`,
  );
  if (Number.isNaN(instant.getTime())) throw nonsense(member, 'instant');
  return instant.toISOString();
}

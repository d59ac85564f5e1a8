import { PlayheadError } from '#errors';

/** What takes digits: with one letter as many as there are, with more letters exactly so many. */
const numbers: Readonly<Record<string, readonly [free: string, fixed: string]>> = {
  Y: ['y', 'yyyy'],
  m: ['M', 'MM'],
  d: ['d', 'dd'],
  H: ['H', 'HH'],
  I: ['h', 'hh'],
  M: ['m', 'mm'],
  S: ['s', 'ss'],
  y: ['yy', 'yy'],
  j: ['D', 'DDD'],
};

/** An offset as `+02:00`, `+0200` or `+02`, or `Z`. */
const zones = [3, 2, 1].map(count => `[${'X'.repeat(count)}]`).join('');

const others: Readonly<Record<string, string>> = {
  f: 'SSSSSS',
  p: 'a',
  b: 'MMM',
  B: 'MMMM',
  z: zones,
  '%': '%',
};

/**
 * A strptime pattern (`%d.%m.%Y`) as Java's, which Spark reads by. `%y` means 2000 to 2099 there.
 * @throws CONFIG_INVALID for what Spark cannot read
 */
export function javaPattern(pattern: string): string {
  const tokens = [...pattern.matchAll(/%-?(.)|([^%]+)|%/gs)];
  const isNumber = (i: number) => Object.hasOwn(numbers, tokens[i]?.[1] ?? '');
  return tokens
    .map(([written, letter, text], i) => {
      if (text !== undefined) return plain(text);
      const number = letter === undefined ? undefined : numbers[letter];
      // Digits that follow each other without a sign between them need to be counted.
      if (number !== undefined) return number[isNumber(i - 1) || isNumber(i + 1) ? 1 : 0];
      const other = letter === undefined ? undefined : others[letter];
      if (other !== undefined) return other;
      throw new PlayheadError({
        code: 'CONFIG_INVALID',
        at: 'mapping.time_format',
        message: `Spark cannot read times by "${pattern}": ${written} is not among what it can`,
        hint: `use ${[...Object.keys(numbers), ...Object.keys(others)].map(known => `%${known}`).join(' ')}`,
      });
    })
    .join('');
}

/** Letters and what patterns give a meaning stand in quotes. */
const plain = (text: string): string =>
  text.replaceAll(/[A-Za-z[\]{}#']+/g, letters => `'${letters.replaceAll("'", "''")}'`);

/** One rule broken on purpose: a replacement in the text of one source file. */
export interface Mutant {
  /** What is broken, as a sentence. */
  readonly name: string;
  /** Where the rule stands. */
  readonly rule: string;
  /** Below `src/sessionize/`. */
  readonly file: string;
  /** Fragments and what stands there instead; each must occur in the file, `all` says that it may do so often. */
  readonly edits: readonly (readonly [find: string, put: string])[];
  readonly all?: boolean;
}

/** The file's text with the edits; throws where a fragment is not there, so that no refactoring disarms a mutant. */
export function mutated(text: string, { file, edits, all = false }: Mutant): string {
  return edits.reduce((result, [find, put]) => {
    const count = result.split(find).length - 1;
    if (count === 0) throw new Error(`${file} does not contain ${find}`);
    if (count > 1 && !all) throw new Error(`${file} contains ${find} ${count} times`);
    return result.replaceAll(find, () => put);
  }, text);
}

type Listed = readonly [name: string, edits: Mutant['edits'] | readonly [find: string, put: string], all?: 'all'];

const isOne = (edits: Listed[1]): edits is readonly [string, string] => typeof edits[0] === 'string';

/** Mutants of one file. */
export const inFile = (file: string, rule: string, listed: readonly Listed[]): Mutant[] =>
  listed.map(([name, edits, all]) => ({ name, rule, file, edits: isOne(edits) ? [edits] : edits, all: all === 'all' }));

/** Conditions of a `case` that no longer hold: `> tol then 'ahead'` never comes true. */
export const never = (...outcomes: readonly string[]): Listed[] =>
  outcomes.map(outcome => [`never says ${outcome.replace('then ', '')}`, [` ${outcome}`, ` and false ${outcome}`]]);

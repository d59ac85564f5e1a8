import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answers, type Cell, openAnswers } from './answers.js';
import { type Question, questions } from './statements.js';

/** Random SQL over the models against DuckDB over the Delta files: the same rows, or an error that says what is missing. */
let answers: Answers;
beforeAll(async () => {
  answers = await openAnswers(1500);
});
afterAll(() => answers?.close());

const runs = Number(process.env['FUZZ_RUNS'] ?? 420);
const seed = Number(process.env['FUZZ_SEED'] ?? 6);

const inOrder = (rows: readonly (readonly Cell[])[], isOrdered: boolean): string[] => {
  const lines = rows.map(row => JSON.stringify(row));
  return isOrdered ? lines : lines.toSorted();
};

it('answers what DuckDB answers, or says that it does not', async () => {
  const refused: string[] = [];
  const check = async ({ api, duckdb, isOrdered }: Question) => {
    const answer = await answers.ask(api);
    if (answer.kind === 'error') {
      // All of it is valid SQL, so whatever is refused must be refused as not supported.
      expect(answer.code, `${answer.message}: ${api}`).toBe('0A000');
      refused.push(`${answer.message}: ${api}`);
      return;
    }
    expect(inOrder(answer.rows, isOrdered), api).toEqual(inOrder(await answers.duckdb(duckdb), isOrdered));
  };
  await fc.assert(fc.asyncProperty(questions, check), { numRuns: runs, seed });
  // Refused are times of microseconds, conditions on some measures alone, and sums of dimensions beside these.
  expect(runs - refused.length, refused.slice(0, 10).join('\n')).toBeGreaterThan(runs * 0.95);
}, 300_000);

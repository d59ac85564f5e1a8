import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answers, type Cell, openAnswers } from '../fuzz/answers.js';
import { shapes } from './bi-statements.js';

let answers: Answers;
beforeAll(async () => {
  answers = await openAnswers(1500);
});
afterAll(() => answers?.close());

const inOrder = (rows: readonly (readonly Cell[])[], isOrdered = false): string[] => {
  const lines = rows.map(row => JSON.stringify(row));
  return isOrdered ? lines : lines.toSorted();
};

describe('what BI tools send has the numbers of the files', () => {
  it.each(shapes)('$tool, $title', async ({ sql, files, isOrdered }) => {
    const answer = await answers.ask(sql);
    if (answer.kind === 'error') throw new Error(`${answer.code} ${answer.message}`);
    expect(inOrder(answer.rows, isOrdered)).toEqual(inOrder(await answers.duckdb(files), isOrdered));
  });
});

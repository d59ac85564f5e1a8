import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, type Definition, definitions, functions, isMetricName, terms } from '#metrics';
import { type TableName, tables } from '#tables';
import { readCubes } from '../cube/model-files.js';
import { readScenario } from '../scenarios/read-scenario.js';

const entries: readonly (readonly [name: string, definition: Definition])[] = Object.entries(definitions);

/** The metrics of each page that it expects a value of: a column of an expected table with something in it. */
const pages = new Map(
  readdirSync('test/scenarios')
    .filter(file => /^\d.*\.md$/.test(file))
    .map(file => [file.replace('.md', ''), expectedOf(`test/scenarios/${file}`)]),
);

function expectedOf(path: string): ReadonlySet<string> {
  const expected = readScenario(path).flatMap(({ tables: found }) =>
    [...found].flatMap(([name, { columns, rows }]) =>
      columns.filter((_column, i) => isTable(name) && rows.some(row => (row[i] ?? '') !== '')),
    ),
  );
  return new Set(expected);
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(tables, name);
}

const hasColumn = (table: string, column: string): boolean =>
  isTable(table) && Object.hasOwn(tables[table].columns, column);
const columnNames = new Set(Object.values(tables).flatMap(({ columns }) => Object.keys(columns)));

const isKnown = (word: string): boolean => {
  const [table, column] = word.split('.');
  if (column !== undefined) return hasColumn(table ?? '', column);
  return (
    isMetricName(word) || columnNames.has(word) || Object.hasOwn(terms, word) || functions.some(each => each === word)
  );
};
const unknownIn = (formula: string): string[] =>
  (formula.match(/[a-z_][a-z_0-9]*(\.[a-z_0-9]+)?/g) ?? []).filter(word => !isKnown(word));

describe('every metric', () => {
  it('has a definition', () => {
    expect(Object.keys(definitions).toSorted()).toEqual(Object.keys(catalogue).toSorted());
  });

  it('has a formula of known metrics, columns and terms', () => {
    expect(entries.flatMap(([name, { formula }]) => unknownIn(formula).map(word => `${name}: ${word}`))).toEqual([]);
    expect(unknownIn('sum(sessions.no_such) + nonsense')).toEqual(['sessions.no_such', 'nonsense']);
  });

  it('leaves no term unused', () => {
    const words = entries.flatMap(([, { formula }]) => formula.match(/[a-z_][a-z_0-9]*/g) ?? []);
    expect([...Object.keys(terms), ...functions].filter(word => !words.includes(word))).toEqual([]);
  });

  it('names the column of the job that holds it', () => {
    const wrong = entries.filter(([name, { column }]) => {
      if (column === null) return Object.entries(tables).some(([, table]) => Object.hasOwn(table.columns, name));
      const [table, of] = column.split('.');
      return of !== name || !hasColumn(table ?? '', name);
    });
    expect(wrong).toEqual([]);
  });

  it('names the scenario pages that expect a value of it, all of them', () => {
    const expected = entries.map(([name]) => [name, [...pages].filter(([, of]) => of.has(name)).map(([page]) => page)]);
    expect(entries.map(([name, { scenarios }]) => [name, scenarios])).toEqual(expected);
  });

  it('or the test that pins it', () => {
    const stemOf = (name: string) =>
      name.replace(/(_(7|28)d(_s)?|(_difference)?(_low|_high)|_difference|_p_value(_adjusted)?|_verdict)$/, '');
    const unpinned = entries.filter(([name, { scenarios, elsewhere }]) => {
      if (scenarios.length > 0) return elsewhere !== undefined;
      return (
        elsewhere === undefined || !existsSync(elsewhere) || !readFileSync(elsewhere, 'utf8').includes(stemOf(name))
      );
    });
    expect(unpinned.map(([name]) => name)).toEqual([]);
  });
});

it('what the models say of exactness is what the catalogue says', async () => {
  const said = (await readCubes()).flatMap(({ measures }) =>
    measures.flatMap(({ name, meta }) => (meta?.exactness === undefined ? [] : [[name, meta.exactness]])),
  );
  expect(said.length).toBeGreaterThan(5);
  expect(said).toEqual(said.map(([name = '']) => [name, isMetricName(name) ? definitions[name].exactness : undefined]));
});

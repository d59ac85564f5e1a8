import { notSupported, type SqlError } from '../postgres/index.js';
import type { LoadedRows } from './answers.js';
import { messageOf } from './errors.js';
import type { CubeQuery, PushedExpression, PushedExpressions, PushedMeasure } from './query.js';

/** A statement of Cube for its data source. */
export interface SourceStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Cube's names of members by the statement's names of columns. */
  readonly members: ReadonlyMap<string, string>;
}

/** The query as Cube's gateway takes it from its own add-on: expressions stand among members, as JSON. */
export function asMemberExpressions(query: Omit<CubeQuery, 'pushed'>, pushed: PushedExpressions | undefined): object {
  const { dimensions = [], measures = [], conditions = [] } = pushed ?? {};
  return {
    ...query,
    dimensions: [...query.dimensions, ...dimensions.map(writeExpression)],
    measures: [...query.measures, ...measures.map(writeMeasure)],
    segments: [...query.segments, ...conditions.map(writeExpression)],
  };
}

const writeExpression = ({ alias, cubes, sql }: PushedExpression): string =>
  JSON.stringify({
    cubeName: cubes[0],
    alias,
    expr: { type: 'SqlFunction', cubeParams: cubes, sql },
    groupingSet: null,
  });

function writeMeasure(measure: PushedMeasure): string {
  if (measure.kind === 'aggregate') return writeExpression(measure);
  const { alias, member, condition } = measure;
  return JSON.stringify({
    cubeName: member.slice(0, member.indexOf('.')),
    alias,
    expr: {
      type: 'PatchMeasure',
      sourceMeasure: member,
      replaceAggregationType: null,
      addFilters: [{ cubeParams: condition.cubes, sql: condition.sql }],
    },
    groupingSet: null,
  });
}

/** Cube's answer to `sql`. Its values are numbered in the text (`$0$`), which no driver understands. */
export function readStatement(answer: unknown): SourceStatement {
  const [first]: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  const outer: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'sql') : undefined;
  const inner = typeof outer === 'object' && outer !== null ? outer : {};
  const statement: unknown = Reflect.get(inner, 'sql');
  const [sql, values]: readonly unknown[] = Array.isArray(statement) ? statement : [];
  if (typeof sql !== 'string' || !Array.isArray(values)) throw new Error('sql: expected a statement and its values');
  const names: unknown = Reflect.get(inner, 'aliasNameToMember');
  const members = Object.entries(typeof names === 'object' && names !== null ? names : {}).flatMap(
    ([alias, member]): [string, string][] => (typeof member === 'string' ? [[alias, member]] : []),
  );
  return { sql, values, members: new Map(members) };
}

/** The statement as drivers take it: a question mark for each value, in the order of the text. */
export function bindable({ sql, values }: SourceStatement): readonly [string, readonly unknown[]] {
  const inOrder: unknown[] = [];
  const text = sql.replace(/\$(\d+)\$/g, (_, number: string) => {
    inOrder.push(values[Number(number)]);
    return '?';
  });
  return [text, inOrder];
}

/** Members under their names in Cube, as in all other answers; expressions keep their aliases. */
export const withMemberNames = (loaded: LoadedRows, { members }: SourceStatement): LoadedRows => ({
  ...loaded,
  columns: new Map([...loaded.columns].map(([alias, column]) => [members.get(alias) ?? alias, column])),
});

/** Cube could not write a statement for these expressions: joins that repeat rows, measures of more than one stage. */
export const pushedError = (error: unknown): SqlError =>
  notSupported(
    `the expressions of this statement cannot be computed by the data source: ${messageOf(error)}`,
    'Group by plain columns or date_trunc, filter by conditions that Cube knows, or use a sum or count measure.',
  );

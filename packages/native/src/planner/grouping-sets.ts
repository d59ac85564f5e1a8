import { SqlError, sqlState } from '../postgres/index.js';
import { isSameLeaf } from './aggregation.js';
import { body, isSame, type Node, rewrite, type SelectStmt } from './ast.js';
import { readConstant } from './constants.js';
import { isAggregateCall } from './leaves.js';
import { outerSelect } from './outer-select.js';
import { integer } from './partials.js';
import type { ReadSelect } from './read-select.js';
import { Columns, nothing, selectOf, subselect, unionAll } from './relations.js';

/** A set is a question to Cube, and CUBE of n keys has 2^n of them. */
const setsMax = 64;

const alias = 'sets';

/**
 * ROLLUP, CUBE and GROUPING SETS as one SELECT a set, each exact whatever it measures, and the rest of the statement
 * over all their rows: what PostgreSQL does with the rows themselves.
 */
export function expandSets(read: ReadSelect, written: readonly Node[]): SelectStmt {
  const { select, scope } = read;
  const same = (left: Node, right: Node): boolean => isSame(left, right) || isSameLeaf(left, right, scope);
  const keys = new Columns('k', same);
  const aggregates = new Columns('a', same);
  const groupings = new Columns('g', same);
  for (const key of read.keys) if (readConstant(key) === undefined) keys.of(key, alias);
  const over = (node: Node): Node =>
    rewrite(node, inner => {
      if (readConstant(inner) !== undefined) return inner;
      if (Object.hasOwn(inner, 'GroupingFunc')) return groupings.of(inner, alias);
      return keys.find(inner, alias) ?? (isAggregateCall(inner) ? aggregates.of(inner, alias) : undefined);
    });
  const outer = outerSelect(read, { over, where: select.havingClause ? [over(select.havingClause)] : [] });
  const setOf = (set: readonly Node[]): SelectStmt => {
    const isIn = (key: Node): boolean => set.some(each => same(each, key));
    const groupClause = keys.nodes.filter(isIn);
    const targetList = [
      ...keys.targets(key => (isIn(key) ? key : nothing)),
      ...aggregates.targets(aggregate => aggregate),
      ...groupings.targets(node => integer(groupingOf(body(node, 'GroupingFunc')?.args ?? [], isIn))),
    ];
    // One row for everything, even for no rows: nothing has to be asked for that.
    if (groupClause.length === 0 && aggregates.nodes.length === 0) return selectOf(targetList);
    const { fromClause, whereClause } = select;
    const from = { ...(fromClause && { fromClause }), ...(whereClause && { whereClause }) };
    return selectOf(targetList, { ...from, ...(groupClause.length > 0 && { groupClause }) });
  };
  // No rows, but all types: a set's key that is null would have none.
  const typed = { ...setOf(keys.nodes), whereClause: { A_Const: { boolval: {} } } };
  const sets = setsOf(written).map(setOf);
  return { ...outer, fromClause: [subselect(unionAll([typed, ...sets]), alias)] };
}

/** As in PostgreSQL: a bit for each argument, the last one lowest, set where the group is not by it. */
const groupingOf = (args: readonly Node[], isIn: (key: Node) => boolean): number =>
  args.reduce((bits, key) => bits * 2 + (isIn(key) ? 0 : 1), 0);

type Set = readonly Node[];

/** The sets that a GROUP BY names: its items' sets, each with each. */
export function setsOf(items: readonly Node[]): readonly Set[] {
  return items.reduce<readonly Set[]>((sets, item) => limited(withEach(sets, setsOfItem(item))), [[]]);
}

const withEach = (sets: readonly Set[], more: readonly Set[]): Set[] =>
  sets.flatMap(set => more.map(other => [...set, ...other]));

function setsOfItem(item: Node): readonly Set[] {
  const { kind, content = [] } = body(item, 'GroupingSet') ?? {};
  const lists = content.map(listOf);
  switch (kind) {
    case 'GROUPING_SET_EMPTY':
      return [[]];
    case 'GROUPING_SET_ROLLUP':
      return [...lists.map((_, index) => lists.slice(0, lists.length - index).flat()), []];
    case 'GROUPING_SET_CUBE':
      return lists.reduceRight<readonly Set[]>((sets, list) => limited(withEach([list, []], sets)), [[]]);
    case 'GROUPING_SET_SETS':
      return limited(content.flatMap(setsOfItem));
    default:
      return [listOf(item)];
  }
}

/** `(a, b)` is one thing. */
const listOf = (node: Node): Set => body(node, 'RowExpr')?.args ?? [node];

function limited(sets: readonly Set[]): readonly Set[] {
  if (sets.length <= setsMax) return sets;
  throw new SqlError(
    sqlState.limitExceeded,
    `more than ${setsMax} grouping sets beside averages, ratios or distinct counts`,
    {
      hint: 'Each is a question to Cube: name the sets that are wanted in GROUPING SETS.',
    },
  );
}

import { isSameLeaf } from './aggregation.js';
import { allOf, columnRef, isSame, type Node, rewrite, type SelectStmt } from './ast.js';
import { readConstant } from './constants.js';
import { filteredMeasure, isAggregateCall, type Leaf } from './leaves.js';
import { outerSelect } from './outer-select.js';
import { callOf, integer } from './partials.js';
import { assertNoMeasure, type ReadSelect } from './read-select.js';
import { Columns, nothing, selectOf, subselect, target, unionAll } from './relations.js';

const alias = 'parts';

interface Filtered {
  readonly filter: Node;
  /** The measures over the rows that fulfil the condition. */
  readonly calls: Columns;
}

/**
 * `MEASURE(m) FILTER (WHERE condition)` as a SELECT of its own with the condition in its WHERE, one for each condition,
 * joined by the groups' keys with the SELECT without: right for every measure whose value over no rows is known.
 * Nothing where no measure is filtered, or one is a number of the model's own.
 */
export function splitFilters(read: ReadSelect): SelectStmt | undefined {
  const { select, scope } = read;
  const same = (left: Node, right: Node): boolean => isSame(left, right) || isSameLeaf(left, right, scope);
  const [keys, plain] = [new Columns('k', same), new Columns('a', same)];
  const parts: Filtered[] = [];
  let hasUnknown = false;
  for (const key of read.keys) if (readConstant(key) === undefined) keys.of(key, alias);
  const filtered = (leaf: Leaf, call: Node, filter: Node): Node => {
    assertNoMeasure(filter, scope, 'FILTER');
    hasUnknown ||= !isKnownOfNothing(leaf);
    let index = parts.findIndex(part => isSame(part.filter, filter));
    if (index === -1) index = parts.push({ filter, calls: new Columns(`f${parts.length}_`, same) }) - 1;
    const column = parts[index]?.calls.of(call, alias) ?? nothing;
    return leaf.type === 'int8' ? { CoalesceExpr: { args: [column, integer(0)] } } : column;
  };
  const over = (node: Node): Node =>
    rewrite(node, inner => {
      if (readConstant(inner) !== undefined) return inner;
      const key = keys.find(inner, alias);
      if (key !== undefined || !isAggregateCall(inner)) return key;
      const found = filteredMeasure(inner, scope);
      return found === undefined ? plain.of(inner, alias) : filtered(found.leaf, withoutFilter(inner), found.filter);
    });
  const outer = outerSelect(read, { over, where: select.havingClause ? [over(select.havingClause)] : [] });
  if (parts.length === 0 || hasUnknown) return undefined;

  const columns = [plain, ...parts.map(({ calls }) => calls)];
  /** The groups of some rows, with the measures that are asked of these. */
  const part = (conditions: readonly Node[], asked: readonly Columns[], number: number): SelectStmt => {
    const targetList = [
      target(integer(number), 'part'),
      ...keys.targets(key => key),
      ...columns.flatMap(each => each.targets(node => (asked.includes(each) ? node : nothing))),
    ];
    // Without keys and measures it is the one row of everything.
    if (keys.nodes.length === 0 && asked.every(({ nodes }) => nodes.length === 0)) return selectOf(targetList);
    const { fromClause } = select;
    return selectOf(targetList, {
      ...(fromClause && { fromClause }),
      ...(conditions.length > 0 && { whereClause: allOf(conditions) }),
      ...(keys.nodes.length > 0 && { groupClause: [...keys.nodes] }),
    });
  };
  const where = select.whereClause ? [select.whereClause] : [];
  const union = unionAll([
    // No rows, but all types.
    part([{ A_Const: { boolval: {} } }], columns, columns.length),
    part(where, [plain], 0),
    ...parts.map(({ filter, calls }, index) => part([...where, filter], [calls], index + 1)),
  ]);
  const named = keys.nodes.map((_, index) => columnRef(alias, keys.name(index)));
  const joined = selectOf(
    [
      ...named.map((column, index) => target(column, keys.name(index))),
      ...columns.flatMap((each, number) =>
        each.targets((_, index) => valueOfPart(columnRef(alias, each.name(index)), number)),
      ),
    ],
    { fromClause: [subselect(union, alias)], ...(named.length > 0 && { groupClause: named }) },
  );
  return { ...outer, fromClause: [subselect(joined, alias)] };
}

/** The one value that a part has of a group: `(array_agg(value) FILTER (WHERE part = 1))[1]`. */
function valueOfPart(value: Node, number: number): Node {
  const isOfPart: Node = {
    A_Expr: {
      kind: 'AEXPR_OP',
      name: [{ String: { sval: '=' } }],
      lexpr: columnRef(alias, 'part'),
      rexpr: integer(number),
    },
  };
  return {
    A_Indirection: {
      arg: callOf('array_agg', [value], isOfPart),
      indirection: [{ A_Indices: { uidx: integer(1) } }],
    },
  };
}

function withoutFilter(node: Node): Node {
  if (!('FuncCall' in node)) return node;
  const { agg_filter: _, ...call } = node.FuncCall;
  return { FuncCall: call };
}

/** Over no rows these are 0 or null; what a number of the model is then, only the model knows. */
const isKnownOfNothing = ({ member }: Leaf): boolean =>
  ['sum', 'count', 'avg', 'min', 'max', 'countDistinct', 'countDistinctApprox'].includes(member.aggregate ?? '');

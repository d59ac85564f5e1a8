import { notSupported, SqlError, sqlState } from '../postgres/index.js';
import { isGroupedSelect } from './aggregation.js';
import { body, columnRef, type Node, rewrite, type SelectStmt, type SubLink } from './ast.js';
import { findCubeInFrom, isCorrelated } from './cube-in-from.js';
import { isCube, isCubeSelect } from './cube-select.js';
import { flatten, hasSubquery } from './flatten.js';
import { splitCubeFromJoin } from './join-cube.js';
import type { Leaf } from './leaves.js';
import { isBare, withoutListed } from './listed-relations.js';
import { NotFromParts } from './not-pushable.js';
import type { CommonTable } from './other-relations.js';
import { type PlannedSelect, sourceAlias } from './outer-select.js';
import { literal } from './parameters.js';
import { castTo } from './partials.js';
import type { ListValues, OutputColumn, Scan } from './plan.js';
import { planSelect, splitSelect } from './plan-select.js';
import { pruneMeasures } from './prune.js';
import type { SelectContext } from './read-select.js';

// The statement's own parameters are numbered from 1, so the scans' stay clear of them until the end.
export const scanParameterBase = 100_000;

/** Puts a relation of Cube's rows in the place of each SELECT over cubes, wherever it stands. */
export class OuterBuilder {
  private readonly cubes: ReadonlySet<string>;
  private readonly context: SelectContext;
  private readonly scans: Scan[];
  private readonly commonTables: ReadonlyMap<string, CommonTable>;
  private readonly knownLists: readonly ListValues[] | undefined;
  /** Whether one of the scans has more rows than its SELECT. */
  isReduced = false;
  /** Subqueries of which the values are needed before the rest can be asked. */
  readonly lists: SelectStmt[] = [];

  constructor(
    cubes: ReadonlySet<string>,
    context: SelectContext,
    scans: Scan[],
    commonTables: ReadonlyMap<string, CommonTable>,
    knownLists: readonly ListValues[] | undefined,
  ) {
    this.knownLists = knownLists;
    this.cubes = cubes;
    this.context = context;
    this.scans = scans;
    this.commonTables = commonTables;
  }

  build(written: SelectStmt, isBelowAggregate: boolean): SelectStmt {
    const flat = flatten(written, this.context.tables, inner => isCubeSelect(inner, this.cubes));
    if (isCubeSelect(flat, this.cubes) && !hasSubquery(flat) && !isCorrelated(flat)) {
      return this.buildFromCube(flat, isBelowAggregate);
    }
    const isOverCubes = (inner: SelectStmt): boolean => isCubeSelect(inner, this.cubes);
    const split = this.splitOrList(flat, isBelowAggregate);
    if (split.isBuilt) return split.select;
    const { select: joined } = split;
    const select = isGroupedSelect(joined) ? pruneMeasures(joined, this.context.tables, isOverCubes) : joined;
    const aggregates = isBelowAggregate || isGroupedSelect(select);
    const { larg, rarg, ...own } = select;
    const copied = rewrite({ SelectStmt: own }, node => {
      const inner = body(node, 'SelectStmt');
      if (inner !== undefined) return inner === own ? undefined : { SelectStmt: this.build(inner, aggregates) };
      const link = body(node, 'SubLink');
      return link === undefined ? undefined : this.buildSubLink(link, aggregates);
    });
    return {
      ...body(copied, 'SelectStmt'),
      ...(larg && { larg: this.build(larg, isBelowAggregate) }),
      ...(rarg && { rarg: this.build(rarg, isBelowAggregate) }),
    };
  }

  private splitJoin(select: SelectStmt): SelectStmt {
    const cube = findCubeInFrom(select.fromClause ?? [], {
      tables: this.context.tables,
      isCube: node => isCube(node, this.cubes),
      isOverCubes: inner => isCubeSelect(inner, this.cubes),
    });
    return cube === undefined ? select : splitCubeFromJoin(select, cube, this.commonTables);
  }

  /** A join as PostgreSQL can do it over groups of the cube, else the finished SELECT over the cube alone. */
  private splitOrList(select: SelectStmt, isBelowAggregate: boolean): { select: SelectStmt; isBuilt: boolean } {
    try {
      return { select: this.splitJoin(select), isBuilt: false };
    } catch (error) {
      const alone = error instanceof NotFromParts ? this.overCubeAlone(select) : undefined;
      if (alone === undefined) throw error;
      return { select: this.build(alone, isBelowAggregate), isBuilt: true };
    }
  }

  /** The SELECT over its cube alone, where groups of the cube by all joined columns do not tell what is asked for. */
  private overCubeAlone(select: SelectStmt): SelectStmt | undefined {
    if (this.context.dialect === undefined) return undefined;
    const cube = findCubeInFrom(select.fromClause ?? [], {
      tables: this.context.tables,
      isCube: node => isCube(node, this.cubes),
      isOverCubes: inner => isCubeSelect(inner, this.cubes),
    });
    if (cube === undefined || !isBare(cube) || !isCube(cube.place, this.cubes)) return undefined;
    const before = this.lists.length;
    const alone = withoutListed(select, cube, (inner, column) => this.addList(inner, column));
    if (alone === undefined) this.lists.length = before;
    return alone;
  }

  /** The values of a subselect's column: none before they are known, when a parameter holds their place. */
  private addList(select: SelectStmt, column: string): Node[] {
    const alias = 'listed';
    const limit = listValuesMax + 1;
    const number = this.lists.push({
      targetList: [{ ResTarget: { val: columnRef(alias, column), name: column } }],
      fromClause: [{ RangeSubselect: { subquery: { SelectStmt: select }, alias: { aliasname: alias } } }],
      limitCount: { A_Const: { ival: { ival: limit } } },
      limitOption: 'LIMIT_OPTION_COUNT',
      op: 'SETOP_NONE',
    });
    const values = this.knownLists?.[number - 1];
    if (values === undefined) return [{ ParamRef: { number: 0 } }];
    if (values.length > listValuesMax) throw tooManyValues();
    return values.map(value => literal(value));
  }

  /** Whether a row is there does not depend on how often: IN and EXISTS ask for groups rather than for rows. */
  private buildSubLink(link: SubLink, isBelowAggregate: boolean): Node {
    const select = body(link.subselect, 'SelectStmt');
    if (select === undefined) return { SubLink: link };
    const isTest = link.subLinkType === 'EXISTS_SUBLINK' || link.subLinkType === 'ANY_SUBLINK';
    const isRows =
      select.targetList !== undefined &&
      (select.op ?? 'SETOP_NONE') === 'SETOP_NONE' &&
      !isGroupedSelect(select) &&
      !(select.limitCount || select.limitOffset || select.distinctClause || select.sortClause);
    const asked = isTest && isRows ? oneOfEach(select, link.subLinkType === 'EXISTS_SUBLINK') : select;
    const testexpr = link.testexpr && this.buildExpression(link.testexpr, isBelowAggregate);
    return {
      SubLink: {
        ...link,
        ...(testexpr && { testexpr }),
        subselect: { SelectStmt: this.build(asked, isBelowAggregate) },
      },
    };
  }

  private buildExpression(node: Node, isBelowAggregate: boolean): Node {
    return rewrite(node, inner => {
      const select = body(inner, 'SelectStmt');
      return select && { SelectStmt: this.build(select, isBelowAggregate) };
    });
  }

  /** What to ask for one SELECT, or where no question tells its answer, SELECTs that have one each. */
  private planOrSplit(
    select: SelectStmt,
  ): ({ readonly kind: 'planned' } & PlannedSelect) | { readonly kind: 'split'; readonly select: SelectStmt } {
    try {
      return { kind: 'planned', ...planSelect(select, this.context) };
    } catch (error) {
      const split = error instanceof NotFromParts ? splitSelect(select, this.context) : undefined;
      if (split === undefined) throw error;
      return { kind: 'split', select: split };
    }
  }

  private buildFromCube(select: SelectStmt, isBelowAggregate: boolean): SelectStmt {
    const planned = this.planOrSplit(select);
    if (planned.kind === 'split') return this.build(planned.select, isBelowAggregate);
    const { direct, scan, outer, ungroupedMeasures, isReduced } = planned;
    this.isReduced ||= isReduced;
    const [unfit] = isBelowAggregate ? ungroupedMeasures.filter(leaf => !hasRowValue(leaf)) : [];
    if (unfit !== undefined) {
      throw notSupported(
        `measure "${unfit.member.name}" of an inner SELECT without GROUP BY cannot be aggregated again`,
        'Put GROUP BY and MEASURE(...) into the inner SELECT, or leave LIMIT, OFFSET and DISTINCT out of it.',
      );
    }
    // Only Cube can cut before the row limit is reached.
    const isCut = select.limitCount !== undefined || select.limitOffset !== undefined;
    this.scans.push(isCut && direct !== undefined ? direct.scan : scan);
    const relation = scanRelation(this.scans.at(-1) ?? scan, scanParameterBase + this.scans.length);
    return isCut && direct !== undefined ? readColumns(direct.columns, relation) : { ...outer, fromClause: [relation] };
  }
}

// As long a list as a filter of Cube still takes in well under a second.
const listValuesMax = 10_000;

const tooManyValues = (): SqlError =>
  new SqlError(
    sqlState.limitExceeded,
    `the subquery that the cube is joined with has more than ${listValuesMax} values, which is as many as a condition can list`,
    { hint: 'Add a LIMIT to the subquery, or group by the joined column as well.' },
  );

/** The rows of a tested subquery, each once; the first alone, without columns, where only its existence matters. */
function oneOfEach(select: SelectStmt, isExistence: boolean): SelectStmt {
  if (!isExistence || isCorrelated(select)) return { ...select, distinctClause: [{}] as Node[] };
  const isPlain = (select.targetList ?? []).every(each => body(body(each, 'ResTarget')?.val, 'ColumnRef'));
  const one: Node = { A_Const: { ival: { ival: 1 } } };
  return {
    ...select,
    ...(isPlain && { targetList: [{ ResTarget: { val: one } }] }),
    limitCount: one,
    limitOption: 'LIMIT_OPTION_COUNT',
  };
}

/** Of one row, these measures are the value that is summed, counted or compared. */
const hasRowValue = (leaf: Leaf): boolean =>
  ['sum', 'count', 'min', 'max', 'avg'].includes(leaf.member.aggregate ?? '');

const readColumns = (columns: readonly OutputColumn[], relation: Node): SelectStmt => ({
  targetList: columns.map(column => ({
    ResTarget: {
      name: column.name,
      val:
        column.from === 'scan'
          ? columnRef(sourceAlias, `c${column.index}`)
          : castTo(literal(column.value), column.type),
    },
  })),
  fromClause: [relation],
  limitOption: 'LIMIT_OPTION_DEFAULT',
  op: 'SETOP_NONE',
});

/** `json_to_recordset($1) AS source(c0 bigint, c1 text)`. */
function scanRelation(scan: Scan, parameter: number): Node {
  const columns = scan.columns.length > 0 ? scan.columns : [{ key: '', type: 'text' as const }];
  const call: Node = {
    FuncCall: {
      funcname: [{ String: { sval: 'json_to_recordset' } }],
      args: [{ ParamRef: { number: parameter } }],
      funcformat: 'COERCE_EXPLICIT_CALL',
    },
  };
  return {
    RangeFunction: {
      functions: [{ List: { items: [call, {}] as Node[] } }],
      alias: { aliasname: sourceAlias },
      coldeflist: columns.map(({ type }, index) => ({
        ColumnDef: {
          colname: `c${index}`,
          typeName: { names: ['pg_catalog', type].map(sval => ({ String: { sval } })), typemod: -1 },
          is_local: true,
        },
      })),
    },
  };
}

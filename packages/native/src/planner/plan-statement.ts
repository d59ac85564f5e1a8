import type { Table } from '../cube/index.js';
import { notSupported, type PgType, pgTypes, SqlError, sqlState } from '../postgres/index.js';
import { isGroupedSelect } from './aggregation.js';
import {
  body,
  columnRef,
  locationOf,
  type Node,
  rewrite,
  type SelectStmt,
  type SubLink,
  some,
  typeName,
  visit,
} from './ast.js';
import { findCubeInFrom, isCorrelated } from './cube-in-from.js';
import { flatten, hasSubquery } from './flatten.js';
import { splitCubeFromJoin } from './join-cube.js';
import type { Leaf } from './leaves.js';
import { isBare, withoutListed } from './listed-relations.js';
import { NotFromParts } from './not-pushable.js';
import { sourceAlias } from './outer-select.js';
import { literal } from './parameters.js';
import { castTo } from './partials.js';
import type { Lists, ListValues, OuterPlan, OutputColumn, Plan, Scan } from './plan.js';
import { planSelect } from './plan-select.js';
import { pruneMeasures } from './prune.js';
import type { Dialect } from './push-down/index.js';
import type { SelectContext } from './read-select.js';
import { unknownTable } from './scope.js';
import { resolveVirtualColumns } from './virtual-columns.js';

export interface PlanContext {
  readonly tables: readonly Table[];
  readonly timezone: string | undefined;
  /** Who asks, where that is known. */
  readonly user?: string | undefined;
  /** The data source's words for expressions; nothing where none may go down. */
  readonly dialect?: Dialect | undefined;
  /** Whether expressions go down wherever they can, and not only where there is no other way. */
  readonly pushes?: SelectContext['pushes'];
  /** Values of the subqueries that a first planning has named, in its order. */
  readonly lists?: readonly ListValues[];
}

// The statement's own parameters are numbered from 1, so the scans' stay clear of them until the end.
const scanParameterBase = 100_000;

/** Plans a SELECT: one question to Cube, several with Postgres above them, or none at all. */
export function planStatement(asked: Node, context: PlanContext): Plan {
  const statement = resolveVirtualColumns(asked, context.user);
  const written = body(statement, 'SelectStmt');
  if (written === undefined)
    throw notSupported('this statement is not supported: the semantic layer is read-only', 'Use SELECT.');
  refuseWrites(statement);
  const names = commonTableNames(statement);
  const cubes = new Set(context.tables.map(table => table.name).filter(name => !names.has(name)));
  assertKnownTables(statement, context.tables, names);
  if (!some(statement, node => isCube(node, cubes))) return { kind: 'catalog' };

  const parameterTypes = castParameters(statement);
  const selectContext: SelectContext = {
    tables: context.tables,
    timezone: context.timezone,
    dialect: context.dialect,
    pushes: context.pushes ?? 'where needed',
    inferParameter: (parameter, type) => {
      if (!parameterTypes.has(parameter)) parameterTypes.set(parameter, type);
    },
  };
  const select = flatten(written, context.tables, inner => isCubeSelect(inner, cubes));
  if (isCubeSelect(select, cubes) && !hasSubquery(select)) {
    const { direct } = planSelect(select, selectContext);
    if (direct !== undefined) return { ...direct, parameterTypes };
  }
  const scans: Scan[] = [];
  const known = context.lists;
  const builder = new OuterBuilder(cubes, selectContext, scans, commonTables(statement), known);
  const outer = builder.build(select, false);
  const { lists } = builder;
  return {
    kind: 'outer',
    scans,
    statement: numberParameters({ SelectStmt: outer }),
    parameterTypes,
    ...(lists.length > 0 && known === undefined && { lists: listsOf(lists, asked, context) }),
    ...(builder.isReduced && { smaller: () => planSmaller(asked, context) }),
  };
}

function listsOf(selects: readonly SelectStmt[], asked: Node, context: PlanContext): Lists {
  return {
    plans: selects.map(inner => planStatement({ SelectStmt: inner }, context)),
    complete: lists => {
      const plan = planStatement(asked, { ...context, lists });
      if (plan.kind !== 'outer') throw new Error('a statement keeps its kind when its lists are known');
      return plan;
    },
  };
}

/** The plan that pushes down all that it can, where that is anything. */
function planSmaller(asked: Node, context: PlanContext): OuterPlan | undefined {
  const plan = planStatement(asked, { ...context, pushes: 'all' });
  if (plan.kind !== 'outer' || plan.scans.every(({ query }) => query?.pushed === undefined)) return undefined;
  // It is the smallest there is.
  const { smaller: _, ...smallest } = plan;
  return smallest;
}

/** A WITH that writes, or SELECT INTO, would only fail in the read-only transaction; this says it better. */
function refuseWrites(statement: Node): void {
  some(statement, node => {
    if (['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'].some(name => Object.hasOwn(node, name))) {
      throw notSupported('the semantic layer is read-only', 'Use SELECT.');
    }
    return false;
  });
}

function commonTableNames(statement: Node): Set<string> {
  const names = new Set<string>();
  some(statement, node => {
    const name = body(node, 'CommonTableExpr')?.ctename;
    if (name !== undefined) names.add(name);
    return false;
  });
  return names;
}

function commonTables(statement: Node): Map<string, SelectStmt> {
  const found = new Map<string, SelectStmt>();
  visit(statement, node => {
    const table = body(node, 'CommonTableExpr');
    const select = body(table?.ctequery, 'SelectStmt');
    if (table?.ctename !== undefined && select !== undefined && !table.aliascolnames) found.set(table.ctename, select);
    return true;
  });
  return found;
}

function assertKnownTables(statement: Node, tables: readonly Table[], commonTables: ReadonlySet<string>): void {
  some(statement, node => {
    const relation = body(node, 'RangeVar');
    const name = relation?.relname ?? '';
    const schema = relation?.schemaname;
    const isOurs = schema === 'public' || (schema === undefined && !name.startsWith('pg_') && !commonTables.has(name));
    if (relation !== undefined && isOurs && !tables.some(table => table.name === name)) {
      throw unknownTable(name, tables, locationOf(node));
    }
    return false;
  });
}

function isCube(node: Node, cubes: ReadonlySet<string>): boolean {
  const relation = body(node, 'RangeVar');
  if (relation === undefined) return false;
  return (relation.schemaname === undefined || relation.schemaname === 'public') && cubes.has(relation.relname ?? '');
}

/** A plain SELECT whose FROM holds cubes only. */
function isCubeSelect(select: SelectStmt, cubes: ReadonlySet<string>): boolean {
  const isOnlyCubes = (node: Node): boolean => {
    const join = body(node, 'JoinExpr');
    if (join?.larg !== undefined && join.rarg !== undefined) return isOnlyCubes(join.larg) && isOnlyCubes(join.rarg);
    return isCube(node, cubes);
  };
  const isPlain = (select.op ?? 'SETOP_NONE') === 'SETOP_NONE' && select.withClause === undefined;
  return isPlain && (select.fromClause?.length ?? 0) > 0 && (select.fromClause ?? []).every(isOnlyCubes);
}

/** Puts a relation of Cube's rows in the place of each SELECT over cubes, wherever it stands. */
class OuterBuilder {
  private readonly cubes: ReadonlySet<string>;
  private readonly context: SelectContext;
  private readonly scans: Scan[];
  private readonly commonTables: ReadonlyMap<string, SelectStmt>;
  private readonly knownLists: readonly ListValues[] | undefined;
  /** Whether one of the scans has more rows than its SELECT. */
  isReduced = false;
  /** Subqueries of which the values are needed before the rest can be asked. */
  readonly lists: SelectStmt[] = [];

  constructor(
    cubes: ReadonlySet<string>,
    context: SelectContext,
    scans: Scan[],
    commonTables: ReadonlyMap<string, SelectStmt>,
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
    const asked = isTest && isRows ? { ...select, distinctClause: [{}] as Node[] } : select;
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

  private buildFromCube(select: SelectStmt, isBelowAggregate: boolean): SelectStmt {
    const { direct, scan, outer, ungroupedMeasures, isReduced } = planSelect(select, this.context);
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

/** `$1::date` says what the parameter is. */
function castParameters(statement: Node): Map<number, PgType> {
  const types = new Map<number, PgType>();
  some(statement, node => {
    const parameter = body(body(node, 'TypeCast')?.arg, 'ParamRef')?.number;
    if (parameter === undefined) return false;
    const name = typeName(node) ?? '';
    const alias: Readonly<Record<string, PgType>> = {
      int4: 'int8',
      int2: 'int8',
      numeric: 'float8',
      float4: 'float8',
      varchar: 'text',
    };
    const type = Object.hasOwn(pgTypes, name) ? (name as PgType) : alias[name];
    if (type !== undefined) types.set(parameter, type);
    return false;
  });
  return types;
}

/** Scans become `$1`, `$2`, ...; what is left of the client's own parameters (Describe only) has no value yet. */
function numberParameters(statement: Node): Node {
  return rewrite(statement, node => {
    const number = body(node, 'ParamRef')?.number;
    if (number === undefined) return undefined;
    if (number > scanParameterBase) return { ParamRef: { number: number - scanParameterBase } };
    return castTo({ A_Const: { isnull: true } }, 'text');
  });
}

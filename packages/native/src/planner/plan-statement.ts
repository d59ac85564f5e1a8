import type { Table } from '../cube/index.js';
import { notSupported } from '../postgres/index.js';
import { body, locationOf, type Node, rewrite, type SelectStmt, some, visit } from './ast.js';
import { isCube, isCubeSelect } from './cube-select.js';
import { flatten, hasSubquery } from './flatten.js';
import type { CommonTable } from './other-relations.js';
import { OuterBuilder, scanParameterBase } from './outer-builder.js';
import { castParameters } from './parameters.js';
import type { Lists, ListValues, OuterPlan, Plan, Scan } from './plan.js';
import { planDirect } from './plan-select.js';
import type { Dialect } from './push-down/index.js';
import type { SelectContext } from './read-select.js';
import { withRecordCounts } from './record-count.js';
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

/** Plans a SELECT: one question to Cube, several with Postgres above them, or none at all. */
export function planStatement(asked: Node, context: PlanContext): Plan {
  const statement = withRecordCounts(resolveVirtualColumns(asked, context.user));
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
    inferParameter: (parameter, oid) => {
      if (!parameterTypes.has(parameter)) parameterTypes.set(parameter, oid);
    },
  };
  const select = flatten(written, context.tables, inner => isCubeSelect(inner, cubes));
  if (isCubeSelect(select, cubes) && !hasSubquery(select)) {
    const direct = planDirect(select, selectContext);
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
    ...numberParameters({ SelectStmt: outer }, scans.length),
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

function commonTables(statement: Node): Map<string, CommonTable> {
  const found = new Map<string, CommonTable>();
  visit(statement, node => {
    const table = body(node, 'CommonTableExpr');
    const select = body(table?.ctequery, 'SelectStmt');
    if (table?.ctename !== undefined && select !== undefined)
      found.set(table.ctename, { select, columns: table.aliascolnames });
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

/**
 * Scans become `$1`, `$2`, ...; what is left of the client's own parameters (Describe only) stands behind them, for
 * Postgres to tell its types. What will be computed before planning has neither value nor type yet.
 */
function numberParameters(statement: Node, scanCount: number): Pick<OuterPlan, 'statement' | 'parameters'> {
  const parameters: number[] = [];
  const numbered = rewrite(statement, node => {
    const number = body(node, 'ParamRef')?.number;
    if (number === undefined) return undefined;
    if (number > scanParameterBase) return { ParamRef: { number: number - scanParameterBase } };
    if (number === 0) return { A_Const: { isnull: true } };
    const known = parameters.indexOf(number);
    const index = known === -1 ? parameters.push(number) - 1 : known;
    return { ParamRef: { number: scanCount + index + 1 } };
  });
  return { statement: numbered, parameters };
}

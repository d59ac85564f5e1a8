import type { Table } from '../cube/index.js';
import { notSupported, type PgType, pgTypes } from '../postgres/index.js';
import { body, locationOf, type Node, rewrite, type SelectStmt, some, typeName } from './ast.js';
import { flatten } from './flatten.js';
import { hasAggregate } from './leaves.js';
import type { Plan, Scan } from './plan.js';
import { castTo, planSelect, type SelectContext, sourceAlias } from './plan-select.js';
import { unknownTable } from './scope.js';

export interface PlanContext {
  readonly tables: readonly Table[];
  readonly timezone: string | undefined;
}

// The statement's own parameters are numbered from 1, so the scans' stay clear of them until the end.
const scanParameterBase = 100_000;

/** Plans a SELECT: one question to Cube, several with Postgres above them, or none at all. */
export function planStatement(statement: Node, context: PlanContext): Plan {
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
    ...context,
    inferParameter: (parameter, type) => {
      if (!parameterTypes.has(parameter)) parameterTypes.set(parameter, type);
    },
  };
  const select = flatten(written, context.tables, inner => isCubeSelect(inner, cubes));
  if (isCubeSelect(select, cubes)) {
    const { direct } = planSelect(select, selectContext);
    if (direct !== undefined) return { ...direct, parameterTypes };
  }
  const scans: Scan[] = [];
  const outer = new OuterBuilder(cubes, selectContext, scans).build(select, false);
  return { kind: 'outer', scans, statement: numberParameters({ SelectStmt: outer }), parameterTypes };
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

  constructor(cubes: ReadonlySet<string>, context: SelectContext, scans: Scan[]) {
    this.cubes = cubes;
    this.context = context;
    this.scans = scans;
  }

  build(written: SelectStmt, isBelowAggregate: boolean): SelectStmt {
    const select = flatten(written, this.context.tables, inner => isCubeSelect(inner, this.cubes));
    if (isCubeSelect(select, this.cubes)) return this.buildFromCube(select, isBelowAggregate);
    const aggregates =
      isBelowAggregate ||
      (select.groupClause?.length ?? 0) > 0 ||
      hasAggregate([select.targetList, select.havingClause]);
    const { larg, rarg, ...own } = select;
    const copied = rewrite({ SelectStmt: own }, node => {
      if (isCube(node, this.cubes)) {
        throw notSupported(
          'a cube cannot stand beside other relations in FROM',
          'Join subqueries: FROM (SELECT ... FROM cube GROUP BY ...) a JOIN ...',
          locationOf(node),
        );
      }
      const inner = body(node, 'SelectStmt');
      return inner === undefined || inner === own ? undefined : { SelectStmt: this.build(inner, aggregates) };
    });
    return {
      ...body(copied, 'SelectStmt'),
      ...(larg && { larg: this.build(larg, isBelowAggregate) }),
      ...(rarg && { rarg: this.build(rarg, isBelowAggregate) }),
    };
  }

  private buildFromCube(select: SelectStmt, isBelowAggregate: boolean): SelectStmt {
    const { scan, outer, showsUngroupedMeasures } = planSelect(select, this.context);
    if (showsUngroupedMeasures && isBelowAggregate) {
      throw notSupported(
        'measures of an inner SELECT without GROUP BY cannot be aggregated again',
        'Put GROUP BY and MEASURE(...) into the inner SELECT, or select only dimensions there.',
      );
    }
    this.scans.push(scan);
    return { ...outer, fromClause: [scanRelation(scan, scanParameterBase + this.scans.length)] };
  }
}

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

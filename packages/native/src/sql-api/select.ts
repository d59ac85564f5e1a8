import type { Node } from '@pgsql/types';
import type { Place } from '../catalog/index.js';
import type { Asker } from '../cube/index.js';
import {
  bindParameters,
  castParameters,
  countParameters,
  type DirectPlan,
  foldConstants,
  foldParameterized,
  type OuterPlan,
  type Plan,
  planStatement,
} from '../planner/index.js';
import { decodeParameter, fieldOf, type Prepared, pgTypes, type RowStream, type Session } from '../postgres/index.js';
import type { ParsedStatement } from './parse-sql.js';
import { deparse, describeOuter, type RunContext, type Runner, readTexts, runDirect, runOuter } from './run-plan.js';

export const askerOf = (session: Session): Asker => ({
  session: { user: session.user, superuser: session.superuser, securityContext: session.securityContext },
  appName: session.settings.get('application_name') ?? '',
  ...customSettings(session),
});

function customSettings({ settings }: Session): Pick<Asker, 'settings'> {
  const custom = [...settings.entries()].filter(([name]) => name.includes('.'));
  return custom.length === 0 ? {} : { settings: Object.fromEntries(custom) };
}

export const placeOf = ({ user, database }: Session): Place => ({ user, database });

/** What planning depends on beside the statement. */
type PlanContext = Pick<RunContext, 'tables' | 'timezone' | 'place'>;

const selectTag = (rowCount: number): string => `SELECT ${rowCount}`;

/** Plans SELECTs for a user, and evaluates on the way what has to be known to plan. */
export class Selects {
  readonly runner: Runner;

  constructor(runner: Runner) {
    this.runner = runner;
  }

  /** Plans with constants computed; parameters must have been bound. */
  async plan(node: Node, { tables, timezone, place }: PlanContext): Promise<Plan> {
    const folded = await foldConstants(node, async expressions => {
      const text = deparse({
        SelectStmt: {
          targetList: expressions.map((val, index) => ({ ResTarget: { name: `e${index}`, val } })),
          limitOption: 'LIMIT_OPTION_DEFAULT',
          op: 'SETOP_NONE',
        },
      });
      const question = { text, ...(timezone !== undefined && { timezone }), ...(place !== undefined && { place }) };
      const { rows } = await this.runner.catalog.run(question, tables);
      return readTexts(rows[0]);
    });
    return planStatement(folded, { tables, timezone, user: place?.user, dialect: this.runner.dialect });
  }

  async prepare(statement: ParsedStatement, givenOids: readonly number[], session: Session): Promise<Prepared> {
    const asker = askerOf(session);
    const tables = await this.runner.cube.tables(asker);
    const timezone = session.settings.get('TimeZone');
    const context: RunContext = { asker, tables, timezone, place: placeOf(session), signal: undefined };
    const plan = await this.plan(foldParameterized(statement.node), context);
    if (plan.kind === 'catalog') return this.prepareCatalog(statement, givenOids, context);

    const count = Math.max(givenOids.length, countParameters(statement.node));
    const known = new Map([...plan.parameterTypes, ...castParameters(statement.node)]);
    for (const [index, oid] of givenOids.entries()) if (oid !== 0) known.set(index + 1, oid);
    const { fields, inferred } =
      plan.kind === 'direct'
        ? { fields: plan.columns.map(({ name, type }) => fieldOf(name, type)), inferred: known }
        : await describeOuter(plan, known, this.runner, context);
    const parameterOids = Array.from(
      { length: count },
      (_, index) => known.get(index + 1) ?? inferred.get(index + 1) ?? pgTypes.text.oid,
    );
    return {
      parameterOids,
      fields,
      execute: async ({ parameters, parameterFormats, resultFormats, signal }) => {
        const values = parameterOids.map((oid, index) => {
          const format = (parameterFormats.length === 1 ? parameterFormats[0] : parameterFormats[index]) ?? 0;
          return decodeParameter(parameters[index] ?? null, format, oid);
        });
        const bound =
          count === 0 ? plan : await this.plan(bindParameters(statement.node, values, parameterOids), context);
        return { ...(await this.rowsOf(bound, resultFormats, { ...context, signal })), tag: selectTag };
      },
    };
  }

  private async rowsOf(
    plan: Plan,
    resultFormats: readonly number[],
    context: RunContext,
  ): Promise<{ readonly rows: readonly Buffer[]; readonly more?: RowStream }> {
    switch (plan.kind) {
      case 'direct':
        return runDirect(plan, resultFormats, this.runner, context);
      case 'outer':
        return { rows: (await runOuter(plan, resultFormats, this.runner, context)).rows };
      case 'catalog':
        throw new Error('a statement over cubes stays one when its parameters are bound');
    }
  }

  private async prepareCatalog(
    { text }: ParsedStatement,
    parameterOids: readonly number[],
    { tables, timezone, place }: RunContext,
  ): Promise<Prepared> {
    const { catalog } = this.runner;
    const question = {
      text,
      parameterOids,
      ...(timezone !== undefined && { timezone }),
      ...(place !== undefined && { place }),
    };
    const described = await catalog.describe(question, tables);
    return {
      parameterOids: described.parameterOids,
      fields: described.fields,
      execute: async ({ parameters, parameterFormats, resultFormats, signal }) => {
        const { rows } = await catalog.run(
          { ...question, signal, parameterOids: described.parameterOids, parameters, parameterFormats, resultFormats },
          tables,
        );
        return { rows, tag: selectTag };
      },
    };
  }
}

export type CubePlan = DirectPlan | OuterPlan;

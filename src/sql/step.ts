import { PlayheadError } from '#errors';
import type { ColumnType, Dialect } from './dialect.js';
import { compile, type Fragment, join, raw, ref, type Statement, sql } from './fragment.js';

export type Columns = Readonly<Record<string, ColumnType>>;

/** Something that stands in FROM: a table handed in from outside, or a step. */
export interface Relation {
  readonly name: string;
  /** What one row is. */
  readonly grain: string;
  readonly columns: Columns;
}

/** A relation that whoever runs the pipeline provides under this name (a table or a view). */
export interface Source extends Relation {
  readonly kind: 'source';
}

/** One named rule: its grain, its inputs, its columns, where its rule stands, and its SQL. */
export interface Step extends Relation {
  readonly kind: 'step';
  readonly from: readonly (Source | Step)[];
  /** Where the rule is written: `DESIGN 4.3`. */
  readonly rule: string;
  /** Kept as a temporary table because more than one step reads it; else inlined as a common table expression. */
  readonly staged: boolean;
  readonly sql: (d: Dialect) => Fragment;
}

export const source = (given: Omit<Source, 'kind'>): Source => ({ kind: 'source', ...given });

export const step = (given: Omit<Step, 'kind' | 'staged'> & { readonly staged?: boolean }): Step => ({
  kind: 'step',
  staged: false,
  ...given,
});

/** One statement of a pipeline: `create or replace temporary table <name> as ...`. */
export interface PlannedStatement extends Statement {
  readonly name: string;
  /** Its text without `create ... as`, for whoever keeps rows in another way. */
  readonly query: string;
  /** Working tables that no later statement reads: whoever runs the pipeline may drop them after this one. */
  readonly frees: readonly string[];
}

/**
 * The statements that make `outputs`, in order: each staged step and each output once, as a temporary table (DuckDB) or
 * view (Spark), the steps between them as common table expressions in reading order.
 */
export function planPipeline(outputs: readonly Step[], d: Dialect): PlannedStatement[] {
  const planned = new Map<string, PlannedStatement>();
  const lastReader = new Map<string, string>();
  const isTable = (relation: Source | Step) =>
    relation.kind === 'source' || relation.staged || outputs.some(output => output.name === relation.name);

  const plan = (target: Step): void => {
    if (planned.has(target.name)) return;
    const inlined: Step[] = [];
    const read = new Set<string>();
    const visit = (relation: Source | Step): void => {
      if (relation.kind === 'source' || inlined.includes(relation)) return;
      if (isTable(relation) && relation !== target) {
        plan(relation);
        read.add(relation.name);
        return;
      }
      for (const input of relation.from) visit(input);
      inlined.push(relation);
    };
    visit(target);
    const query = withClauses(inlined, d);
    const kind = raw(d.name === 'spark' ? 'view' : 'table');
    const body = sql`create or replace temporary ${kind} ${ref(target.name)} as\n${query}`;
    const { text } = compile(query, d);
    planned.set(target.name, { name: target.name, query: text, frees: [], ...compile(body, d) });
    for (const name of read) lastReader.set(name, target.name);
  };
  for (const output of outputs) plan(output);
  const isKept = (name: string) => outputs.some(output => output.name === name);
  return [...planned.values()].map(statement => ({
    ...statement,
    frees: [...lastReader].filter(([name, reader]) => reader === statement.name && !isKept(name)).map(([name]) => name),
  }));
}

function withClauses(steps: readonly Step[], d: Dialect): Fragment {
  const target = steps.at(-1);
  if (target === undefined) throw new PlayheadError({ code: 'INTERNAL', message: 'a pipeline without steps' });
  const titled = (s: Step) => raw(`-- ${s.name}: one row per ${s.grain} (${s.rule})\n`);
  const before = steps.slice(0, -1).map(s => sql`${ref(s.name)} as ${raw(d.inlineHint)}(\n${titled(s)}${s.sql(d)}\n)`);
  const last = sql`${titled(target)}${target.sql(d)}`;
  return before.length === 0 ? last : sql`with ${join(before, ',\n')}\n${last}`;
}

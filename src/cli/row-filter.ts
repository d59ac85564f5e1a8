import type { ComparisonOperator, Predicate } from '#delta';
import { PlayheadError } from '#errors';
import { type Fragment, join, lit, raw, ref, sql } from '#sql';

/** `column=value` and its like, as given on the command line. */
export interface RowFilter {
  readonly column: string;
  readonly op: ComparisonOperator;
  readonly value: string;
}

const spellings: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '!=': '<>',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** @throws USAGE */
export function parseRowFilter(text: string): RowFilter {
  const [, column = '', sign = '', value = ''] = /^\s*([^=!<>]+?)\s*(!=|<>|<=|>=|=|<|>)\s*(.*)$/s.exec(text) ?? [];
  const op = spellings[sign];
  if (op !== undefined) return { column, op, value };
  throw new PlayheadError({
    code: 'USAGE',
    at: 'delta read',
    message: `--where ${text} is no condition`,
    hint: 'write a column, one of = != < <= > >= and a value: --where "day=2026-01-31"',
  });
}

/** For leaving out whole files. */
export const predicateOf = (filters: readonly RowFilter[]): Predicate => ({ op: 'and', of: filters });

/**
 * The condition in SQL; values are compared as the column's own type.
 * @throws QUERY_INVALID for a column that is not there
 */
export function conditionOf(
  filters: readonly RowFilter[],
  columns: readonly { readonly name: string; readonly type: string }[],
): Fragment {
  const conditions = filters.map(({ column, op, value }) => {
    const known = columns.find(({ name }) => name === column);
    if (known === undefined) {
      const hint = `the columns are: ${columns.map(({ name }) => name).join(', ')}`;
      throw new PlayheadError({
        code: 'QUERY_INVALID',
        at: 'delta read',
        message: `there is no column "${column}"`,
        hint,
      });
    }
    return sql`${ref(column)} ${raw(op)} cast(${lit(value)} as ${raw(known.type)})`;
  });
  return conditions.length === 0 ? sql`true` : join(conditions, ' and ');
}

/** A column by its name, or a field inside structs by the names on the way to it. */
export type ColumnPath = string | readonly string[];

/**
 * A value to compare with; it means what the column's type makes of it. Whole numbers and decimals: `bigint`, text of
 * digits, or a number of at most 15 digits. Dates: `Date` or `2024-01-31`. Timestamps: `Date` or ISO 8601 text (UTC where
 * it names no zone; six digits after the point count). null compares as unknown with everything.
 */
export type PredicateValue = string | number | bigint | boolean | Date | null;

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** A condition on rows with the three values of SQL: true, false and unknown. */
export type Predicate =
  | { readonly op: ComparisonOperator; readonly column: ColumnPath; readonly value: PredicateValue }
  | { readonly op: 'in'; readonly column: ColumnPath; readonly values: readonly PredicateValue[] }
  | { readonly op: 'is null' | 'is not null'; readonly column: ColumnPath }
  | { readonly op: 'and' | 'or'; readonly of: readonly Predicate[] }
  | { readonly op: 'not'; readonly of: Predicate };

/** Which answers some row of a file may give; a row that gives neither is unknown. */
export interface Answers {
  readonly isTrue: boolean;
  readonly isFalse: boolean;
}

/** What can be asked about a column of one file. */
export interface ColumnQuestions {
  compare(column: ColumnPath, op: ComparisonOperator, value: PredicateValue): Answers;
  isNull(column: ColumnPath): Answers;
}

/** Which answers the rows may give to a predicate, from what its columns may. Too many are harmless, too few are not. */
export function answersTo(predicate: Predicate, columns: ColumnQuestions): Answers {
  switch (predicate.op) {
    case 'and':
      return every(predicate.of.map(part => answersTo(part, columns)));
    case 'or':
      return some(predicate.of.map(part => answersTo(part, columns)));
    case 'not':
      // Unknown stays unknown: only true and false change places.
      return swapped(answersTo(predicate.of, columns));
    case 'in':
      return some(predicate.values.map(value => columns.compare(predicate.column, '=', value)));
    case 'is null':
      return columns.isNull(predicate.column);
    case 'is not null':
      return swapped(columns.isNull(predicate.column));
    default:
      return columns.compare(predicate.column, predicate.op, predicate.value);
  }
}

const swapped = ({ isTrue, isFalse }: Answers): Answers => ({ isTrue: isFalse, isFalse: isTrue });

const every = (parts: readonly Answers[]): Answers => ({
  isTrue: parts.every(part => part.isTrue),
  isFalse: parts.some(part => part.isFalse),
});

const some = (parts: readonly Answers[]): Answers => ({
  isTrue: parts.some(part => part.isTrue),
  isFalse: parts.every(part => part.isFalse),
});

/** The comparison that is false where this one is true, as long as neither side is null. */
export const opposite: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

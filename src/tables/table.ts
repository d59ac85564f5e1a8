import { catalogue, isMetricName } from '#metrics';

/** Column types as the Delta schema and every dialect know them. */
export type TableColumnType =
  | 'string'
  | 'bigint'
  | 'integer'
  | 'double'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'string_list'
  | 'double_pair_list';

export interface Table {
  readonly name: string;
  /** What one row is. */
  readonly grain: string;
  /** The columns that identify a row; empty where rows have no identity. */
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, TableColumnType>>;
  readonly partitionBy: readonly string[];
}

/** The sentence that explains a column, shown as its comment in every catalogue; none where the name says all. */
export function columnComment(column: string): string | undefined {
  return isMetricName(column) ? catalogue[column].says : undefined;
}

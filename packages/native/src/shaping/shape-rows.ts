import { readColumns, type ShapedColumn } from './columns.js';
import { formatValue } from './time-value.js';
import type { Row, ShapedData, TransformData } from './types.js';

const compareDateRange = 'compareDateRange';

/** The driver's rows as Cube's APIs answer them. Throws {@link HiddenMember} where the caller may not see a member. */
export function shapeRows(rows: readonly Row[], transform: TransformData): ShapedData {
  const columns = readColumns(rows, transform);
  const range = comparedRange(transform);
  const members = columns.map(column => column.member);
  if (range !== undefined && rows.length > 0) members.push(compareDateRange);

  switch (transform.resType ?? 'default') {
    case 'compact': {
      const extra = range === undefined ? [] : [range];
      return { members, dataset: rows.map(row => [...columns.map(column => readValue(row, column)), ...extra]) };
    }
    case 'columnar': {
      const filled = columns.map(column => rows.map(row => readValue(row, column)));
      if (range !== undefined && rows.length > 0) filled.push(rows.map(() => range));
      return { members, columns: filled };
    }
    case 'default':
      return rows.map(row => {
        const shaped: Record<string, unknown> = {};
        for (const column of columns) shaped[column.member] = readValue(row, column);
        if (range !== undefined) shaped[compareDateRange] = range;
        return shaped;
      });
  }
}

const readValue = (row: Row, column: ShapedColumn): unknown => formatValue(row[column.alias], column.type);

/** Which of the compared date ranges these rows belong to: `2024-01-01T00:00:00.000 - 2024-01-31T23:59:59.999`. */
function comparedRange({ query, queryType }: TransformData): string | undefined {
  if (queryType !== 'compareDateRangeQuery') return undefined;
  const range = query.timeDimensions?.[0]?.dateRange;
  if (!Array.isArray(range) || range.length < 2) {
    throw new Error('A compareDateRange query needs a time dimension with a dateRange of two ends.');
  }
  return range.join(' - ');
}

/** Rows turned on their side, in the first row's column order; what the SQL API's pushed-down queries answer with. */
export function rowsToColumnar(rows: Iterable<Row> | null | undefined): { members: string[]; columns: unknown[][] } {
  const list = Array.isArray(rows) ? (rows as readonly Row[]) : Array.from(rows ?? []);
  const members = Object.keys(list[0] ?? {});
  return { members, columns: members.map(member => list.map(row => row[member])) };
}

/** One part of a rollup: what it is made of, in days of the table that it adds up. */
export interface Part {
  /** A month, `2026-01`, or a day, `2026-01-31`; null for rows without a day. */
  readonly period: string | null;
  readonly days: readonly (string | null)[];
}

/** Words after which an answer over two sets of rows is more than the two answers: such a rollup is built whole. */
const inseparable = /\b(distinct|avg|approx\w*|over|limit|having|median|quantile\w*)\b/i;

/**
 * The table by whose days a rollup can be built in parts: the only one with days in its query, and the one from which
 * all rows of it come. Sums, counts, minima and maxima of the parts add up, since Cube adds up a rollup's rows again
 * whenever it reads them.
 * @param query SQL as Cube writes it: `SELECT ... FROM sessions AS "sessions" LEFT JOIN videos AS ...`
 * @param dated names of the tables that have days
 */
export function separableTable(query: string, dated: readonly string[]): string | undefined {
  const named = dated.filter(name => names(query, name));
  const [table] = named;
  if (table === undefined || named.length > 1 || inseparable.test(query)) return undefined;
  const relations = [...query.matchAll(new RegExp(`\\b(from|join)\\s+${table}\\b`, 'gi'))];
  return relations.length === 1 && relations[0]?.[1]?.toLowerCase() === 'from' ? table : undefined;
}

/** Whether a statement may read a table: its name stands in the text, if only as something else. */
export const names = (query: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(query);

/** Whether a statement may read a column of a table: its name stands there, and not only as a column of other tables. */
export function namesColumn(query: string, column: string, otherTables: readonly string[]): boolean {
  const found = query.matchAll(new RegExp(`(?:(\\w+)"?\\s*\\.\\s*)?"?\\b${column}\\b`, 'g'));
  return [...found].some(([, table]) => table === undefined || !otherTables.includes(table));
}

/** Months that may be built day by day: events come late by days, seldom by more. */
const monthsByDay = 2;

/**
 * Days as parts: the newest two months day by day, where they have more rows than are added up in a moment; everything
 * else by month.
 * @param rowsByDay how many rows each day has
 * @param monthRowsMax a month of so many rows is never cut
 */
export function partsOf(rowsByDay: ReadonlyMap<string | null, number>, monthRowsMax: number): readonly Part[] {
  const rowsByMonth = new Map<string, number>();
  for (const [day, rows] of rowsByDay) {
    if (day !== null) rowsByMonth.set(monthOf(day), (rowsByMonth.get(monthOf(day)) ?? 0) + rows);
  }
  const newest = [...rowsByMonth.keys()].toSorted().slice(-monthsByDay);
  const byDay = new Set(newest.filter(month => (rowsByMonth.get(month) ?? 0) > monthRowsMax));
  const parts = new Map<string | null, (string | null)[]>();
  for (const day of rowsByDay.keys()) {
    const period = day === null || byDay.has(monthOf(day)) ? day : monthOf(day);
    parts.set(period, [...(parts.get(period) ?? []), day]);
  }
  return [...parts].map(([period, of]) => ({ period, days: of }));
}

const monthOf = (day: string): string => day.slice(0, '2026-01'.length);

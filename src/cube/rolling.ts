/** A time dimension of the question, as far as it is read here. */
interface RangedDimension {
  readonly dateRange?: readonly string[];
}

/** Writes the condition that a row lies in the window; instants are texts of SQL. */
type WindowCondition = (from: string, to: string, field: string, ...rest: unknown[]) => string;

/** What Cube makes of a rolling window: for each time dimension of the question the condition on its rows. */
export type RollingWindow = [RangedDimension, WindowCondition];

/** Cube's API answers errors of this type with 400 and their text. */
class QuestionError extends Error {
  readonly type = 'UserError';
}

/**
 * Rolling windows whose ends lie between microseconds: Cube's periods end at their last millisecond, and with its `>` and
 * `<=` a session of that millisecond would be in the windows of the wrong days. Without a date range Cube would answer
 * with a total over all time; that is refused.
 */
export function withExactEnds(
  windows: readonly { readonly dimension: RangedDimension; readonly condition: WindowCondition }[],
): RollingWindow[] {
  if (!windows.some(({ dimension }) => dimension.dateRange !== undefined)) {
    throw new QuestionError(
      'A rolling measure needs a date range: give the time dimension a dateRange (in SQL: WHERE started_at >= ... AND started_at < ...)',
    );
  }
  return windows.map(({ dimension, condition }) => [
    dimension,
    (from, to, field, ...rest) => condition(from, `(${to} + INTERVAL 999 MICROSECONDS)`, field, ...rest),
  ]);
}

interface Part {
  readonly query: string;
  /** Columns that are 0 where the part has no row. */
  readonly counts: readonly string[];
}

interface Spine {
  /** Named queries that stand before the statement. */
  readonly named: { readonly alias: string; readonly query: string }[];
  /** The parts, each with a row for every key that any of them has. */
  readonly filled: string[];
}

/**
 * Cube joins the parts of a question (plain measures, each rolling one) with INNER JOIN, so that a device with sessions in
 * the last 28 days but none in the last 7 would be in no answer that asks for both. Here every part has all keys.
 */
export function onOneSpine(parts: readonly Part[], keys: readonly string[]): Spine {
  const list = keys.join(', ');
  const named = parts.map(({ query, counts }, i) => ({ alias: `part_${i}`, query, counts }));
  const spine = named.map(({ alias }) => `SELECT ${list} FROM ${alias}`).join(' UNION ');
  const isSame = (alias: string) => keys.map(key => `spine.${key} IS NOT DISTINCT FROM ${alias}.${key}`).join(' AND ');
  const rest = (alias: string, counts: readonly string[]) => {
    const zeros = counts.map(count => `coalesce(${alias}.${count}, 0) AS ${count}`).join(', ');
    return `${alias}.* EXCLUDE (${list})${zeros === '' ? '' : ` REPLACE (${zeros})`}`;
  };
  return {
    named: [...named.map(({ alias, query }) => ({ alias, query })), { alias: 'spine', query: spine }],
    filled: named.map(
      ({ alias, counts }) => `SELECT spine.*, ${rest(alias, counts)} FROM spine LEFT JOIN ${alias} ON ${isSame(alias)}`,
    ),
  };
}

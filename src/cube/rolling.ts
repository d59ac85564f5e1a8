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
  /** Its columns beside the keys; undefined: not known. */
  readonly columns: readonly string[] | undefined;
  /** Columns that are 0 where the part has no row. */
  readonly counts: readonly string[];
}

/** How a dialect writes all columns but some. */
export type Except = 'EXCLUDE' | 'EXCEPT';

interface Spine {
  /** Named queries that stand before the statement. */
  readonly named: { readonly alias: string; readonly query: string }[];
  /** The parts, each with a row for every key that any of them has. */
  readonly filled: string[];
}

/** A measure of a question, as far as it is read here. */
export interface Measure {
  aliasName(): string;
  measureDefinition(): { readonly type: string };
}

/** A question's parts as Cube hands them over: the plain measures, if there are any, in the first, each rolling one in one of the last. */
export function partsOf(queries: readonly string[], plain: readonly Measure[], rolling: readonly Measure[]): Part[] {
  const first = queries.length - rolling.length;
  return queries.map((query, i) => {
    const [measure] = i < first ? [] : [rolling[i - first]];
    const known = measure === undefined ? plain : [measure];
    const isKnown = known.length > 0 && (i === 0 || i >= first);
    return {
      query,
      columns: isKnown ? namesOf(known) : undefined,
      counts: isKnown ? namesOf(known.filter(isCount)) : [],
    };
  });
}

const namesOf = (measures: readonly Measure[]): string[] => measures.map(measure => measure.aliasName());

/** Those measures are 0 over no rows, not null. */
const isCount = (measure: Measure): boolean => measure.measureDefinition().type.startsWith('count');

/**
 * Cube joins the parts of a question (plain measures, each rolling one) with INNER JOIN, so that a device with sessions in
 * the last 28 days but none in the last 7 would be in no answer that asks for both. Here every part has all keys.
 */
export function onOneSpine(parts: readonly Part[], keys: readonly string[], except: Except): Spine {
  const list = keys.join(', ');
  const named = parts.map((part, i) => ({ ...part, alias: `part_${i}` }));
  const spine = named.map(({ alias }) => `SELECT ${list} FROM ${alias}`).join(' UNION ');
  const isSame = (alias: string) => keys.map(key => `spine.${key} IS NOT DISTINCT FROM ${alias}.${key}`).join(' AND ');
  const rest = ({ alias, columns, counts }: (typeof named)[number]) =>
    columns
      ?.map(column => (counts.includes(column) ? `coalesce(${alias}.${column}, 0) AS ${column}` : `${alias}.${column}`))
      .join(', ') ?? `${alias}.* ${except} (${list})`;
  return {
    named: [...named.map(({ alias, query }) => ({ alias, query })), { alias: 'spine', query: spine }],
    filled: named.map(
      part => `SELECT spine.*, ${rest(part)} FROM spine LEFT JOIN ${part.alias} ON ${isSame(part.alias)}`,
    ),
  };
}

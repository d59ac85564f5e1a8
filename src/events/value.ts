import { type Dialect, type Fragment, join, lit, sql } from '#sql';

/** What the engine knows of a source value before we read it. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'instant' | 'text_list';

/** A value of a source row; null where the row has none. */
export interface Value {
  readonly sql: Fragment;
  readonly kind: ValueKind;
}

/** The first of several values that is there; of different kinds they meet as text. Undefined for none. */
export function firstOf(values: readonly Value[], d: Dialect): Value | undefined {
  const [first, ...rest] = values;
  if (first === undefined || rest.length === 0) return first;
  const kind = rest.every(value => value.kind === first.kind) ? first.kind : 'text';
  const parts = values.map(value => (kind === 'text' ? textOf(value, d) : value.sql));
  return { kind, sql: sql`coalesce(${join(parts)})` };
}

/** Trimmed text, null when empty. */
export function textOf({ sql: value, kind }: Value, d: Dialect): Fragment {
  const text = kind === 'text' ? value : sql`cast(${value} as ${typeName(d, 'string')})`;
  return sql`nullif(trim(${text}), ${lit('')})`;
}

/** A number, null when it is none; NaN and infinities come through. */
export function doubleOf(value: Value, d: Dialect): Fragment {
  if (value.kind === 'number') return sql`cast(${value.sql} as ${typeName(d, 'double')})`;
  return d.reading.double(textOf(value, d));
}

/** True for what is neither empty nor a finite number up to `max`. NaN sorts above every number. */
export function isBadNumber(value: Value, max: number, d: Dialect): Fragment {
  const number = doubleOf(value, d);
  const limits = sql`(${number} > ${lit(max)} or ${number} < -1e300)`;
  if (value.kind === 'number') return limits;
  return sql`(${textOf(value, d)} is not null and (${number} is null or ${limits}))`;
}

const trueWords = ['true', 't', 'yes', 'y', '1', '1.0', 'on', 'visible'];
const falseWords = ['false', 'f', 'no', 'n', '0', '0.0', 'off', 'hidden'];

/** true or false as people and players write them; anything else is unknown. */
export function booleanOf(value: Value, d: Dialect): Fragment {
  if (value.kind === 'boolean') return value.sql;
  const words = (list: readonly string[]) => join(list.map(lit));
  const text = sql`lower(${textOf(value, d)})`;
  return sql`case when ${text} in (${words(trueWords)}) then true when ${text} in (${words(falseWords)}) then false end`;
}

/** Microseconds since 1970; null when the value is no instant in this format. */
export function instantUsOf(value: Value, format: string, d: Dialect): Fragment {
  if (value.kind === 'instant') return d.reading.finiteUs(sql`cast(${value.sql} as ${typeName(d, 'timestamp')})`);
  const number = doubleOf(value, d);
  switch (format) {
    case 'auto':
      return value.kind === 'number'
        ? epochOfAnySize(number)
        : sql`coalesce(${epochOfAnySize(number)}, ${d.reading.isoUs(textOf(value, d))})`;
    case 'iso':
      return d.reading.isoUs(textOf(value, d));
    case 's':
      return scaled(number, 1e6);
    case 'ms':
      return scaled(number, 1e3);
    case 'us':
      return scaled(number, 1);
    default:
      return d.reading.finiteUs(d.reading.instantIn(textOf(value, d), format));
  }
}

/** Seconds from 1973 on, milliseconds, microseconds or nanoseconds: their sizes do not overlap before the year 5138. */
function epochOfAnySize(number: Fragment): Fragment {
  return sql`case when ${number} < 1e8 then null when ${number} < 1e11 then ${scaled(number, 1e6)} when ${number} < 1e14 then ${scaled(number, 1e3)} when ${number} < 1e17 then ${scaled(number, 1)} when ${number} < 1e20 then ${scaled(number, 1e-3)} end`;
}

function scaled(number: Fragment, factor: number): Fragment {
  return sql`try_cast(round(${number} * ${lit(factor)}) as bigint)`;
}

/** A list of texts: a JSON list, or names between commas, semicolons or bars. */
export function textListOf(value: Value, d: Dialect): Fragment {
  if (value.kind === 'text_list') return value.sql;
  const text = textOf(value, d);
  return sql`case when ${text} like ${lit('[%')} then ${d.reading.jsonList(text)} when ${text} is not null then ${d.reading.pieces(text, '[,;|]')} end`;
}

function typeName(d: Dialect, type: Parameters<Dialect['type']>[0]): Fragment {
  return { parts: [{ kind: 'text', text: d.type(type) }] };
}

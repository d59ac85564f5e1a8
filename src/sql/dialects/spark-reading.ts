import { PlayheadError } from '#errors';
import type { JsonPath, Reading } from '../dialect.js';
import { type Fragment, join, lit, sql } from '../fragment.js';
import { javaPattern } from './java-pattern.js';

const toDouble = (text: Fragment): Fragment =>
  sql`case when not ${text} rlike ${lit(javaNumber)} then try_cast(regexp_replace(${text}, ${lit('(?<=[0-9])_(?=[0-9])')}, ${lit('')}) as DOUBLE) end`;

/** What Java reads as a number, and nobody else: `1d`, `1f`, `0x1p3`. */
const javaNumber = '^[+-]?0[xX]|[0-9.][dDfF]$';

/** The ISO texts that DuckDB takes: Spark's cast alone would take `2026` and `10:00`, the latter for a time of today. */
const isoText =
  '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?| [A-Za-z][A-Za-z0-9_/+-]+)?)?$';

/** Texts that DuckDB puts in quotes in a list. */
const quotedInList = '^$|^ | $|[]\\[(){},:=\'"]|^(?i:null)$';

/** What Spark writes otherwise than DuckDB where values of sources are read, each with its reason. */
export const sparkReading: Reading = {
  // It has no instants beyond its calendar.
  finiteUs: instant => sql`unix_micros(${instant})`,
  // Its cast takes more than ISO 8601, and no slashes.
  isoUs: text =>
    sql`case when ${text} rlike ${lit(isoText)} then unix_micros(try_cast(translate(substr(${text}, 1, 10), ${lit('/')}, ${lit('-')}) || substr(${text}, 11) as TIMESTAMP)) end`,
  // Its patterns are Java's.
  instantIn: (text, pattern) => sql`try_to_timestamp(${text}, ${lit(javaPattern(pattern))})`,
  // Its cast takes Java's suffixes, and no `1_000`.
  double: toDouble,
  // A cast from double cuts off, and text with a fraction is no BIGINT.
  whole: text => sql`coalesce(try_cast(${text} as BIGINT), try_cast(round(${toDouble(text)}) as BIGINT))`,
  nearestWhole: number => sql`try_cast(bround(${number}) as BIGINT)`,
  // Null for what is no JSON, and a schema of its own.
  jsonList: text => sql`from_json(${text}, ${lit('ARRAY<STRING>')})`,
  pieces: (text, separator) => sql`transform(split(${text}, ${lit(separator)}), x -> trim(x))`,
  startsWith: (text, prefix) => sql`startswith(${text}, ${lit(prefix)})`,
  struct: fields =>
    sql`named_struct(${join(Object.entries(fields).map(([name, value]) => sql`${lit(name)}, ${value}`))})`,
  // It leaves nulls out and cuts instants to milliseconds unless told otherwise.
  json: value =>
    sql`to_json(${value}, map(${lit('ignoreNullFields')}, ${lit('false')}, ${lit('timestampFormat')}, ${lit('yyyy-MM-dd HH:mm:ss.SSSSSSx')}))`,
  // The shape is a type, and `inline` makes the rows.
  jsonRows: (text, columns) => {
    const types = { string: 'STRING', bigint: 'BIGINT', double: 'DOUBLE', string_list: 'ARRAY<STRING>' };
    const fields = Object.entries(columns).map(([name, type]) => `\`${name}\`: ${types[type]}`);
    return sql`(select inline(from_json(${text}, ${lit(`ARRAY<STRUCT<${fields.join(', ')}>>`)})))`;
  },
  // A VARIANT is parsed once; get_json_object would parse the text for each path. Where a key stands twice it is no JSON here.
  openJson: text => sql`try_parse_json(${text})`,
  // It says 12.0 as `12`.
  jsonAt: (opened, paths, index) => sql`try_variant_get(${opened}, ${lit(spelled(paths[index] ?? []))}, 'string')`,
  spelledDouble,
  // Its own text of a list has no quotes and `null`.
  spelledList: list => {
    const escaped = sql`replace(replace(x, ${lit('\\')}, ${lit('\\\\')}), ${lit("'")}, ${lit("\\'")})`;
    const quoted = sql`case when x rlike ${lit(quotedInList)} then concat(${lit("'")}, ${escaped}, ${lit("'")}) else x end`;
    return sql`concat(${lit('[')}, array_join(transform(${list}, x -> ${quoted}), ${lit(', ')}, ${lit('NULL')}), ${lit(']')})`;
  },
};

/** Java writes 1.5E-7 and 1.2345678E7 where DuckDB writes 1.5e-07 and 12345678.0. */
function spelledDouble(value: Fragment): Fragment {
  const own = sql`cast(${value} as STRING)`;
  const decimal = sql`cast(cast(${own} as DECIMAL(38, 20)) as STRING)`;
  const plain = sql`regexp_replace(regexp_replace(${decimal}, ${lit('0+$')}, ${lit('')}), ${lit('[.]$')}, ${lit('.0')})`;
  const mantissa = sql`regexp_replace(substring_index(${own}, ${lit('E')}, 1), ${lit('[.]0$')}, ${lit('')})`;
  const exponent = sql`cast(substring_index(${own}, ${lit('E')}, -1) as INT)`;
  const sign = sql`case when ${exponent} < 0 then ${lit('-')} else ${lit('+')} end`;
  return sql`case when ${value} = 0 or ${own} not like ${lit('%E%')} then ${own}
    when abs(${value}) >= 1e-4 and abs(${value}) < 1e16 then ${plain}
    else concat(${mantissa}, ${lit('e')}, ${sign}, lpad(cast(abs(${exponent}) as STRING), greatest(2, length(cast(abs(${exponent}) as STRING))), ${lit('0')})) end`;
}

/** Every key in quotes, as paths into VARIANT have them. */
function spelled(path: JsonPath): string {
  const steps = path.map(step => {
    if (typeof step === 'number') return `[${step}]`;
    if (!step.includes('"')) return `["${step}"]`;
    if (!step.includes("'")) return `['${step}']`;
    throw new PlayheadError({
      code: 'CONFIG_INVALID',
      at: 'mapping.columns',
      message: `Spark cannot be asked for the key ${step}, which has both kinds of quotes`,
      hint: 'give the value a column of its own in a view over the source, and map that',
    });
  });
  return `$${steps.join('')}`;
}

import type { JsonPath, Reading } from '../dialect.js';
import { type Fragment, join, lit, ref, sql } from '../fragment.js';

const toDouble = (text: Fragment): Fragment => sql`try_cast(${text} as DOUBLE)`;
const toBigint = (value: Fragment): Fragment => sql`try_cast(${value} as BIGINT)`;
const finiteUs = (instant: Fragment): Fragment => sql`case when isfinite(${instant}) then epoch_us(${instant}) end`;

/** What DuckDB writes otherwise than Spark where values of sources are read, each with its reason. */
export const duckdbReading: Reading = {
  // It knows the instant `infinity`, Spark does not.
  finiteUs,
  // Its casts take ISO texts, and nothing that Spark does not take.
  isoUs: text => finiteUs(sql`try_cast(${text} as TIMESTAMPTZ)`),
  // Spark's patterns are Java's.
  instantIn: (text, pattern) => sql`cast(try_strptime(${text}, ${lit(pattern)}) as TIMESTAMPTZ)`,
  // Spark's cast takes Java's number suffixes, too.
  double: toDouble,
  // A cast from double rounds here and cuts off in Spark.
  whole: text => sql`coalesce(${toBigint(text)}, ${toBigint(toDouble(text))})`,
  nearestWhole: toBigint,
  // An error for what is no JSON, and another name for the type.
  jsonList: text => sql`try(from_json(${text}, ${lit('["VARCHAR"]')}))`,
  // Other names, and another lambda.
  pieces: (text, separator) => sql`list_transform(string_split_regex(${text}, ${lit(separator)}), lambda x: trim(x))`,
  // `startswith` there.
  startsWith: (text, prefix) => sql`starts_with(${text}, ${lit(prefix)})`,
  // `named_struct` there.
  struct: fields =>
    sql`struct_pack(${join(Object.entries(fields).map(([name, value]) => sql`${ref(name)} := ${value}`))})`,
  // It has a type for JSON, which Spark's function does not give.
  json: value => sql`cast(to_json(${value}) as VARCHAR)`,
  // The shape is JSON itself, and a list of structs becomes rows by unnesting twice.
  jsonRows: (text, columns) => {
    const types = { string: 'VARCHAR', bigint: 'BIGINT', double: 'DOUBLE', string_list: ['VARCHAR'] };
    const shape = Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, types[type]]));
    return sql`(select unnest(from_json(${text}, ${lit(JSON.stringify([shape]))}), max_depth := 2))`;
  },
  // Parsed once into the list of all wanted texts; Spark has VARIANT for it.
  openJson: (text, paths) => sql`try(json_extract_string(${text}, [${join(paths.map(path => lit(spelled(path))))}]))`,
  jsonAt: (opened, _paths, index) => sql`${opened}[${lit(index + 1)}]`,
  // Its own spelling is the one that ids have always been made from.
  spelledDouble: value => sql`cast(${value} as VARCHAR)`,
  spelledList: value => sql`cast(${value} as VARCHAR)`,
};

/** Every key quoted. */
function spelled(path: JsonPath): string {
  const steps = path.map(step =>
    typeof step === 'number' ? `[${step}]` : `."${step.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return `$${steps.join('')}`;
}

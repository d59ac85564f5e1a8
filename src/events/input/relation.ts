import { type Fragment, join, lit, raw, ref, sql } from '#sql';
import { csvBrokenColumn, csvLineColumn } from './csv.js';
import type { OpenedInput } from './open.js';

/** The rows of JSON texts: `record`, and `line` where asked for. Numbering keeps one thread busy, so only rejected rows ask. */
export function jsonRecords(input: OpenedInput, isNumbered: boolean): Fragment {
  const line = isNumbered ? sql`row_number() over ()` : sql`cast(null as bigint)`;
  const records = input.format === 'lines' ? lineTexts(input) : jsonTexts(input);
  // Numbered first, so that blank lines count.
  return sql`(select line, record from (select ${line} as line, record from ${records}) where trim(record, ${lit(' \t')}) <> ${lit('')})`;
}

/** Every line as one text: no character that JSON may hold delimits or quotes. */
function lineTexts({ path, compression }: OpenedInput): Fragment {
  return sql`read_csv(${lit(path)}, columns = {'record': 'VARCHAR'}, delim = ${lit('\u0001')}, header = false, quote = '', escape = '', new_line = ${lit('\\n')}, auto_detect = false, strict_mode = false, compression = ${lit(compression)})`;
}

function jsonTexts({ path }: OpenedInput): Fragment {
  return sql`(select cast(json as varchar) as record from read_json_objects(${lit(path)}, format = 'auto', maximum_object_size = 16777216))`;
}

/** A Parquet file with `playhead_line`: the row's number from 1. */
export function parquetRows({ path }: OpenedInput): Fragment {
  return sql`(select * exclude (file_row_number), file_row_number + 1 as ${ref(csvLineColumn)} from read_parquet(${lit(path)}, file_row_number = true, hive_partitioning = false))`;
}

/** The numbered copy of a CSV file: `playhead_line`, `playhead_broken` (text of a record that does not fit) and its columns. */
export function csvRows(input: OpenedInput): Fragment {
  if (input.format !== 'csv') throw new TypeError('csvRows reads CSV');
  const { delimiter, names } = input.header;
  const types = [csvLineColumn, csvBrokenColumn, ...names].map(name => sql`${lit(name)}: 'VARCHAR'`);
  return sql`(select * replace (cast(${ref(csvLineColumn)} as bigint) as ${ref(csvLineColumn)}) from read_csv(${lit(input.path)}, columns = {${join(types)}}, delim = ${lit(delimiter)}, header = false, quote = '"', escape = '"', auto_detect = false, strict_mode = false, max_line_size = 2100000))`;
}

/** One row a column: `column_name`, `column_type`, as the engine knows them. */
export const describe = (relation: Fragment): Fragment => sql`describe select * from ${relation}`;

/** Writes the rows of a query to a Parquet file. */
export const stageAs = (path: string, query: Fragment): Fragment =>
  sql`copy (${query}) to ${lit(path)} (format parquet, compression ${raw('snappy')})`;

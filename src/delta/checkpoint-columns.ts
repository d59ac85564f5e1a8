import type { FileMetaData, RowGroup, SchemaElement } from 'hyparquet';

/** Members of file actions in which an empty value is not the same as none. */
const keptMembers = new Set(['partitionValues', 'partitionValues_parsed', 'stats_parsed']);

/**
 * What a Parquet reader must know to read one row group of a checkpoint without the columns that hold only nulls there.
 * A checkpoint has some fifty columns, and the row of a file fills seven: the others cost most of the time of opening a
 * table.
 */
export function withoutEmptyColumns(metadata: FileMetaData, group: RowGroup): FileMetaData {
  const whole = { ...metadata, num_rows: group.num_rows, row_groups: [group] };
  const isFilled = new Map<string, boolean>();
  for (const { meta_data } of group.columns) {
    if (meta_data === undefined) return whole;
    const { path_in_schema, num_values, statistics } = meta_data;
    const isEmpty = statistics?.null_count !== undefined && BigInt(statistics.null_count) === BigInt(num_values);
    for (const key of keysOf(path_in_schema)) isFilled.set(key, isFilled.get(key) === true || !isEmpty);
  }
  const isKept = (path: readonly string[]) => keysOf(path).every(key => isFilled.get(key) !== false);
  const columns = group.columns.filter(({ meta_data }) => meta_data !== undefined && isKept(meta_data.path_in_schema));
  // Without any column the rows could not be counted.
  if (columns.length === 0) return whole;
  return { ...whole, schema: prunedSchema(metadata.schema, isKept), row_groups: [{ ...group, columns }] };
}

/** What is left out as a whole: a kind of action, and a member of a file action. */
function keysOf(path: readonly string[]): string[] {
  const [kind = '', member] = path;
  const isFileMember = (kind === 'add' || kind === 'remove') && member !== undefined && !keptMembers.has(member);
  return isFileMember ? [kind, `${kind}.${member}`] : [kind];
}

/** The schema, which Parquet lists depth first, without the branches that are not kept. */
function prunedSchema(schema: readonly SchemaElement[], isKept: (path: readonly string[]) => boolean): SchemaElement[] {
  let at = 0;
  const branch = (path: readonly string[], isRoot: boolean): SchemaElement[] => {
    const element = schema[at];
    at += 1;
    if (element === undefined) return [];
    const own = isRoot ? path : [...path, element.name];
    const children = Array.from({ length: element.num_children ?? 0 }, () => branch(own, false)).filter(
      child => child.length > 0,
    );
    if (!isRoot && (!isKept(own) || (element.num_children !== undefined && children.length === 0))) return [];
    const self = element.num_children === undefined ? element : { ...element, num_children: children.length };
    return [self, ...children.flat()];
  };
  return branch([], true);
}

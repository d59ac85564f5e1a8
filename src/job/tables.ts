import type { Predicate } from '#delta';
import { type Dialect, type Fragment, join, ref } from '#sql';
import { type TableName, tables } from '#tables';
import type { Lake, PartitionFilter } from '#warehouse';

/** Table name to version; a table that does not exist yet has none. */
export type Versions = Readonly<Partial<Record<TableName, number>>>;

/** What to leave out of a read. */
export interface Narrowing {
  readonly partitions?: PartitionFilter | undefined;
  readonly addedAfter?: number | undefined;
  readonly where?: Predicate | undefined;
}

/** A table at its version among `versions` as something to stand in FROM; one that is not among them has no rows. */
export function relationOf(
  lake: Lake,
  name: TableName,
  versions: Versions,
  narrowing: Narrowing = {},
): Promise<Fragment> {
  return lake.read(tables[name], { version: versions[name] ?? -1, ...narrowing });
}

/** The columns of a table as a select list. */
export function columnList(name: TableName, alias?: string): Fragment {
  const path = alias === undefined ? [] : [alias];
  return join(Object.keys(tables[name].columns).map(column => ref(...path, column)));
}

/** A hash of the whole row, by which the rows of two versions are told apart. */
export function rowHash(name: TableName, d: Dialect, alias: string): Fragment {
  return d.hash64(Object.keys(tables[name].columns).map(column => ref(alias, column)));
}

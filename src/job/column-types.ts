import { PlayheadError } from '#errors';
import { columnNamed, type ResolvedMapping } from '#events';

/** A column of a source from which no value of an event can be read, and its type in the engine's words. */
export interface UnusableColumn {
  readonly name: string;
  readonly type: string;
}

/** Refuses a mapping that reads a column of which no value can be read. @throws INPUT_COLUMN_TYPE */
export function assertTypesUsable(
  unusable: readonly UnusableColumn[],
  { source, mapping, hint }: { readonly source: string; readonly mapping: ResolvedMapping; readonly hint: string },
): void {
  const types = Object.fromEntries(unusable.map(({ name, type }) => [name, type]));
  const paths = Object.values(mapping.columns).flat();
  const found = paths.map(path => columnNamed(path.column, types)).find(own => own !== undefined);
  if (found === undefined) return;
  throw new PlayheadError({
    code: 'INPUT_COLUMN_TYPE',
    at: source,
    message: `its column "${found}" is of the type ${types[found]}, from which no value of an event can be read`,
    hint,
  });
}

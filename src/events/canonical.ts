import { type TableColumnType, tables } from '#tables';

const { source: _source, ingested_at: _ingestedAt, event_date: _eventDate, ...columns } = tables.events.columns;

/** The columns that a source can fill (DESIGN.md section 3); the rest of `events` is filled by the ingest. */
export const canonicalColumns = columns satisfies Readonly<Record<string, TableColumnType>>;

export type CanonicalColumn = keyof typeof canonicalColumns;

export const canonicalNames = Object.keys(canonicalColumns).filter(isCanonicalColumn);

export function isCanonicalColumn(name: string): name is CanonicalColumn {
  return Object.hasOwn(canonicalColumns, name);
}

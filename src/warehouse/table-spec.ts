import {
  type ColumnMapping,
  column,
  columnId,
  columnMappingOf,
  type DeltaType,
  type Field,
  physicalName,
  physicalType,
  type Snapshot,
  type StructType,
  type TableShape,
  typeText,
} from '#delta';
import { PlayheadError } from '#errors';
import { type ColumnType, duckdb, type Fragment, join, raw, ref, sql } from '#sql';

/** What the lake needs to know of a table; `#tables` has more and fits. */
export interface TableSpec {
  /** Also the name of its folder. */
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly partitionBy: readonly string[];
}

/** A column as a relation shows it. */
export interface RelationColumn {
  readonly name: string;
  /** The engine's own spelling of its type. */
  readonly type: Fragment;
  /** Where the files know it otherwise (Delta, "Column Mapping"). */
  readonly stored?: StoredColumn | undefined;
}

/** A column as the files of a table with column mapping hold it. */
export interface StoredColumn {
  readonly name: string;
  /** Its type with the physical names of nested fields. */
  readonly type: Fragment;
  /** Set where the files must be asked by the number of the field. */
  readonly id: number | undefined;
  /** The value under the names that the schema says. */
  readonly shown: (value: Fragment) => Fragment;
}

const deltaTypes: Readonly<Record<ColumnType, DeltaType>> = {
  string: 'string',
  bigint: 'long',
  integer: 'integer',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
  date: 'date',
  string_list: { type: 'array', elementType: 'string', containsNull: true },
  double_pair_list: {
    type: 'array',
    elementType: { type: 'struct', fields: [column('from_s', 'double'), column('to_s', 'double')] },
    containsNull: true,
  },
};

/** The Delta schema of a table, each column with the sentence that explains it. */
export function shapeOf(spec: TableSpec, commentOf: (column: string) => string | undefined): TableShape {
  const fields = Object.entries(spec.columns).map(([name, type]) => column(name, deltaTypes[type], commentOf(name)));
  return { schema: { type: 'struct', fields }, partitionColumns: spec.partitionBy };
}

/** A table of any schema as one that the lake can write. @throws DELTA_UNSUPPORTED for a column whose type it does not write */
export function specOfSchema(at: string, schema: StructType, partitionBy: readonly string[]): TableSpec {
  const columns = schema.fields.map(({ name, type }) => {
    const known = Object.entries(deltaTypes).find(([, own]) => typeText(own) === typeText(type))?.[0];
    const written = columnTypes.find(own => own === known);
    if (written !== undefined) return [name, written] as const;
    throw new PlayheadError({
      code: 'DELTA_UNSUPPORTED',
      at,
      message: `column "${name}" is of type ${typeText(type)}, which is read but not written`,
    });
  });
  return { name: at, columns: Object.fromEntries(columns), partitionBy };
}

const columnTypes: readonly ColumnType[] = [
  'string',
  'bigint',
  'integer',
  'double',
  'boolean',
  'timestamp',
  'date',
  'string_list',
  'double_pair_list',
];

export function columnsOf(spec: TableSpec): RelationColumn[] {
  return Object.entries(spec.columns).map(([name, type]) => ({ name, type: raw(duckdb.type(type)) }));
}

/** The columns of any Delta table, as DuckDB spells their types. */
export function columnsOfTable({ schema, metaData }: Pick<Snapshot, 'schema' | 'metaData'>): RelationColumn[] {
  return schema.fields.map(field => ({
    name: field.name,
    type: raw(duckdbType(field.type)),
    stored: storedColumn(field, columnMappingOf(metaData)),
  }));
}

/** The columns of a spec, as the files of a table hold them. */
export function columnsIn({ schema, metaData }: Pick<Snapshot, 'schema' | 'metaData'>, spec: TableSpec) {
  const mapping = columnMappingOf(metaData);
  if (mapping === 'none') return columnsOf(spec);
  return columnsOf(spec).map(column => {
    const field = schema.fields.find(({ name }) => name === column.name);
    return field === undefined ? column : { ...column, stored: storedColumn(field, mapping) };
  });
}

function storedColumn(field: Field, mapping: ColumnMapping): StoredColumn | undefined {
  if (mapping === 'none') return undefined;
  return {
    name: physicalName(field),
    type: raw(duckdbType(physicalType(field.type))),
    id: mapping === 'id' ? columnId(field) : undefined,
    shown: value => withLogicalNames(value, field.type),
  };
}

/** A value of the physical type with the names of nested fields that the schema says. */
function withLogicalNames(value: Fragment, type: DeltaType, depth = 0): Fragment {
  if (typeof type === 'string' || typeText(type) === typeText(physicalType(type))) return value;
  const item = ref(`x${depth}`);
  const renamed = (inner: Fragment, innerType: DeltaType) => withLogicalNames(inner, innerType, depth + 1);
  switch (type.type) {
    case 'struct': {
      const members = type.fields.map(
        field => sql`${ref(field.name)} := ${renamed(sql`(${value}).${ref(physicalName(field))}`, field.type)}`,
      );
      return sql`case when ${value} is null then null else struct_pack(${join(members)}) end`;
    }
    case 'array':
      return sql`list_transform(${value}, lambda ${item}: ${renamed(item, type.elementType)})`;
    case 'map': {
      const key = renamed(sql`${item}.key`, type.keyType);
      const held = renamed(sql`${item}.value`, type.valueType);
      return sql`map_from_entries(list_transform(map_entries(${value}), lambda ${item}: struct_pack(k := ${key}, v := ${held})))`;
    }
  }
}

const primitives: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  timestamp_ntz: 'TIMESTAMP',
};

function duckdbType(type: DeltaType): string {
  if (typeof type === 'string') return primitives[type] ?? decimalType(type);
  switch (type.type) {
    case 'struct': {
      const members = type.fields.map(field => `${duckdb.quoteName(field.name)} ${duckdbType(field.type)}`);
      return `STRUCT(${members.join(', ')})`;
    }
    case 'array':
      return `${duckdbType(type.elementType)}[]`;
    case 'map':
      return `MAP(${duckdbType(type.keyType)}, ${duckdbType(type.valueType)})`;
  }
}

function decimalType(type: string): string {
  const digits = /^decimal(?:\((\d+),\s*(\d+)\))?$/.exec(type);
  // Text of unknown types would reach the engine; what cannot be named is read as text.
  return digits === null ? 'VARCHAR' : `DECIMAL(${digits[1] ?? 10},${digits[2] ?? 0})`;
}

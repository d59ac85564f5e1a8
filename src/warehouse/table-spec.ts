import { column, type DeltaType, type StructType, type TableShape, typeText } from '#delta';
import { PlayheadError } from '#errors';
import { type ColumnType, duckdb, type Fragment, raw } from '#sql';

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

/** The columns of any Delta schema, as DuckDB spells their types. */
export function columnsOfSchema(schema: StructType): RelationColumn[] {
  return schema.fields.map(field => ({ name: field.name, type: raw(duckdbType(field.type)) }));
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

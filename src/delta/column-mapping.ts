import type { MetaData } from './actions.js';
import type { DeltaType, Field, StructType } from './schema.js';

/** How the files of a table name its columns (Delta, "Column Mapping"). */
export type ColumnMapping = 'none' | 'name' | 'id';

export function columnMappingOf({ configuration }: Pick<MetaData, 'configuration'>): ColumnMapping {
  const mode = configuration['delta.columnMapping.mode'];
  return mode === 'name' || mode === 'id' ? mode : 'none';
}

/** The name by which data files, statistics and partition values know a column. */
export function physicalName({ name, metadata }: Field): string {
  const physical = metadata['delta.columnMapping.physicalName'];
  return typeof physical === 'string' ? physical : name;
}

/** The number by which Parquet files know a column in mode `id`. */
export function columnId({ metadata }: Field): number | undefined {
  const id = metadata['delta.columnMapping.id'];
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined;
}

/** The type as the files spell it: the names of fields inside are physical ones. */
export function physicalType(type: DeltaType): DeltaType {
  if (typeof type === 'string') return type;
  switch (type.type) {
    case 'struct':
      return physicalSchema(type);
    case 'array':
      return { ...type, elementType: physicalType(type.elementType) };
    case 'map':
      return { ...type, keyType: physicalType(type.keyType), valueType: physicalType(type.valueType) };
  }
}

/** A schema as the files spell it. */
export function physicalSchema({ fields }: StructType): StructType {
  return {
    type: 'struct',
    fields: fields.map(field => ({ ...field, name: physicalName(field), type: physicalType(field.type) })),
  };
}

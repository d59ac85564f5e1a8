import { z } from 'zod';
import { PlayheadError } from '#errors';

/** A Delta type (Delta, "Schema Serialization Format"): a primitive by name (`long`, `decimal(10,2)`), or a nested one. */
export type DeltaType = string | StructType | ArrayType | MapType;

export interface StructType {
  readonly type: 'struct';
  readonly fields: readonly Field[];
}

export interface ArrayType {
  readonly type: 'array';
  readonly elementType: DeltaType;
  readonly containsNull: boolean;
}

export interface MapType {
  readonly type: 'map';
  readonly keyType: DeltaType;
  readonly valueType: DeltaType;
  readonly valueContainsNull: boolean;
}

export interface Field {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  /** `comment` is the column's description; the rest belongs to table features. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

const deltaType: z.ZodType<DeltaType> = z.lazy(() => z.union([z.string(), structType, arrayType, mapType]));
const field: z.ZodType<Field> = z.object({
  name: z.string(),
  type: deltaType,
  nullable: z.boolean().default(true),
  metadata: z.record(z.string(), z.unknown()).default({}),
});
const structType = z.object({ type: z.literal('struct'), fields: z.array(field) });
const arrayType = z.object({
  type: z.literal('array'),
  elementType: deltaType,
  containsNull: z.boolean().default(true),
});
const mapType = z.object({
  type: z.literal('map'),
  keyType: deltaType,
  valueType: deltaType,
  valueContainsNull: z.boolean().default(true),
});

/** Parses a `schemaString`. @throws DELTA_CORRUPT_LOG */
export function parseSchema(schemaString: string, at: string): StructType {
  try {
    return structType.parse(JSON.parse(schemaString));
  } catch (cause) {
    throw new PlayheadError({
      code: 'DELTA_CORRUPT_LOG',
      at,
      message: 'the schema of the table cannot be read',
      cause,
    });
  }
}

/** A nullable column, with its description where it has one. */
export function column(name: string, type: DeltaType, comment?: string): Field {
  return { name, type, nullable: true, metadata: comment === undefined ? {} : { comment } };
}

/** One text for equal types, whatever order their members came in. */
export function typeText(type: DeltaType): string {
  if (typeof type === 'string') return type;
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map(f => `${f.name}:${typeText(f.type)}`).join(',')}>`;
    case 'array':
      return `array<${typeText(type.elementType)}>`;
    case 'map':
      return `map<${typeText(type.keyType)},${typeText(type.valueType)}>`;
  }
}

/**
 * The table's schema with the columns of `wanted` that it lacks added at the end; the same object when it lacks none.
 * @throws DELTA_SCHEMA_MISMATCH when a column exists with another type
 */
export function withNewColumns(current: StructType, wanted: StructType, at: string): StructType {
  const added: Field[] = [];
  for (const want of wanted.fields) {
    const have = current.fields.find(f => f.name.toLowerCase() === want.name.toLowerCase());
    if (have === undefined) {
      added.push({ ...want, nullable: true });
    } else if (have.name !== want.name || typeText(have.type) !== typeText(want.type)) {
      throw new PlayheadError({
        code: 'DELTA_SCHEMA_MISMATCH',
        at,
        message: `column "${have.name}" is ${typeText(have.type)} in the table and ${want.name} ${typeText(want.type)} in the rows`,
        hint: 'cast the rows, or write them to another table',
      });
    }
  }
  return added.length === 0 ? current : { type: 'struct', fields: [...current.fields, ...added] };
}

/** The fields on the way to a column, outermost first; none where there is no such column. Names are told apart as Delta does, whatever their case. */
export function fieldsOn(names: readonly string[], schema: StructType): Field[] {
  const found: Field[] = [];
  let within: DeltaType = schema;
  for (const name of names) {
    const field: Field | undefined = fieldOf(within, name);
    if (field === undefined) return [];
    found.push(field);
    within = field.type;
  }
  return found;
}

function fieldOf(type: DeltaType, name: string): Field | undefined {
  if (typeof type === 'string' || type.type !== 'struct') return undefined;
  const isNamed = (field: Field) => field.name.toLowerCase() === name.toLowerCase();
  return type.fields.find(field => field.name === name) ?? type.fields.find(isNamed);
}

import { getNamedType, isObjectType } from 'graphql';
import { loadSchema } from '#gateway';

/** A selection of every field of a type that needs no argument and is no further entity, two levels deep. */
export async function everyField(typeName: string): Promise<string> {
  const schema = await loadSchema();
  const select = (name: string, depth: number): string => {
    const type = schema.getType(name);
    if (!isObjectType(type)) return '';
    return Object.values(type.getFields())
      .filter(field =>
        field.args.every(argument => argument.defaultValue !== undefined || !String(argument.type).endsWith('!')),
      )
      .map(field => {
        const inner = getNamedType(field.type);
        if (!isObjectType(inner)) return field.name;
        return depth === 0 ? '' : `${field.name} { __typename ${select(inner.name, depth - 1)} }`;
      })
      .join(' ');
  };
  return select(typeName, 1);
}

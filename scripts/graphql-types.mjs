/** Writes TypeScript types of what documents answer and of their variables, from the schema; one interface a document. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isUnionType,
  Kind,
  parse,
  typeFromAST,
} from 'graphql';

const scalars = {
  ...{ ID: 'string', String: 'string', DateTime: 'string', Date: 'string' },
  ...{ Int: 'number', Float: 'number', Seconds: 'number', Ratio: 'number', Count: 'number', Boolean: 'boolean' },
};

const orNull = (type, text) => (isNonNullType(type) ? text : `${text} | null`);
const listOf = text => `readonly (${text})[]`;

/** The TypeScript of a leaf or an input type; `object` writes what is neither. */
function typeText(type, object) {
  if (isNonNullType(type)) return typeText(type.ofType, object);
  if (isListType(type)) return listOf(orNull(type.ofType, typeText(type.ofType, object)));
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ name }) => `'${name}'`)
      .join(' | ');
  if (isScalarType(type)) {
    const text = scalars[type.name];
    if (text === undefined) throw new Error(`no TypeScript type is known for the scalar ${type.name}`);
    return text;
  }
  return object(type);
}

const inputText = type =>
  typeText(type, object => {
    if (!isInputObjectType(object)) throw new Error(`${object} is no input`);
    const fields = Object.values(object.getFields()).map(field => variableText(field.name, field.type));
    return `{ ${fields.join(' ')} }`;
  });

const variableText = (name, type) =>
  isNonNullType(type)
    ? `readonly ${name}: ${inputText(type)};`
    : `readonly ${name}?: ${inputText(type)} | null | undefined;`;

function selectionText(parent, selectionSet, fragments) {
  const fields = new Map();
  const take = ({ selections }, type) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) take(fragments.get(selection.name.value), type);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if ((selection.typeCondition?.name.value ?? type.name) === type.name) take(selection.selectionSet, type);
      } else {
        const key = selection.alias?.value ?? selection.name.value;
        fields.set(key, fieldText(type, selection, fragments));
      }
    }
  };
  if (isUnionType(parent))
    return parent
      .getTypes()
      .map(type => selectionText(type, selectionSet, fragments))
      .join(' | ');
  take(selectionSet, parent);
  return `{ ${[...fields].map(([key, text]) => `readonly ${key}: ${text};`).join(' ')} }`;
}

function fieldText(parent, { name, selectionSet }, fragments) {
  if (name.value === '__typename') return `'${parent.name}'`;
  const { type } = parent.getFields()[name.value];
  return orNull(
    type,
    typeText(type, () => selectionText(getNamedType(type), selectionSet, fragments)),
  );
}

/** The module's text, to be formatted. `documents`: their texts. */
export function answerTypes(schema, documents) {
  const parts = documents.map(body => {
    const { definitions } = parse(body);
    const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const fragments = new Map(
      definitions
        .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
        .map(({ name, selectionSet }) => [name.value, selectionSet]),
    );
    const name = operation.name.value.replace(/^Dashboard/, '');
    const root = selectionText(schema.getRootType(operation.operation), operation.selectionSet, fragments);
    const variables = operation.variableDefinitions.map(({ variable, type }) =>
      variableText(variable.name.value, typeFromAST(schema, type)),
    );
    return [
      `/** What \`${operation.name.value}\` answers. */\nexport interface ${name}Answer ${root}`,
      variables.length === 0
        ? `export type ${name}Variables = Readonly<Record<string, never>>;`
        : `export interface ${name}Variables { ${variables.join(' ')} }`,
    ].join('\n\n');
  });
  return `/** Written by \`npm run graphql\` from documents/dashboard-*.graphql: not to be edited. Longer than 500 lines because nobody reads it. */\n${parts.join('\n\n')}\n`;
}

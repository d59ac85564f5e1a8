import {
  type DirectiveNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type TypeNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What the directives of the contract say about an operation. */
export interface Marks {
  /** Seconds after which its answer may differ though the data is the same; undefined where only new data changes it. */
  readonly maxAgeS: number | undefined;
  /** Everything it asks that tells one person from another, as `Type.field`. */
  readonly personal: readonly string[];
  /** Everything it asks that no older run can answer, as `Type.field`. */
  readonly ofNow: readonly string[];
}

interface Marked {
  readonly directives?: readonly DirectiveNode[] | undefined;
}

const find = (node: Marked | null | undefined, name: string): DirectiveNode | undefined =>
  node?.directives?.find(directive => directive.name.value === name);

function maxAgeOf(directive: DirectiveNode | undefined): number {
  const value = directive?.arguments?.find(({ name }) => name.value === 'maxAge')?.value;
  return value?.kind === Kind.INT ? Number(value.value) : Number.POSITIVE_INFINITY;
}

const known = new WeakMap<DocumentNode, Marks>();

/** Reads `@cacheControl`, `@personal` and `@now` of everything that a valid document selects or gives as a literal. */
export function marksOf(schema: GraphQLSchema, document: DocumentNode): Marks {
  const earlier = known.get(document);
  if (earlier !== undefined) return earlier;
  let maxAgeS = Number.POSITIVE_INFINITY;
  const personal = new Set<string>();
  const ofNow = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const parent = types.getParentType();
        const field = types.getFieldDef();
        maxAgeS = Math.min(maxAgeS, maxAgeOf(find(field?.astNode, 'cacheControl')));
        const isPersonal = [parent?.astNode, field?.astNode].some(node => find(node, 'personal') !== undefined);
        if (find(field?.astNode, 'now') !== undefined) ofNow.add(`${parent?.name}.${field?.name}`);
        if (isPersonal) personal.add(`${parent?.name}.${field?.name}`);
      },
      ObjectField: node => {
        const parent = getNamedType(types.getParentInputType() ?? undefined);
        if (!isInputObjectType(parent)) return;
        if (find(parent.getFields()[node.name.value]?.astNode, 'personal') !== undefined) {
          personal.add(`${parent.name}.${node.name.value}`);
        }
      },
    }),
  );
  const marks = {
    maxAgeS: Number.isFinite(maxAgeS) ? maxAgeS : undefined,
    personal: [...personal],
    ofNow: [...ofNow],
  };
  known.set(document, marks);
  return marks;
}

/** The personal input fields that an operation's variables carry. */
export function personalInputs(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): string[] {
  const found = new Set<string>();
  const walk = (type: GraphQLNamedType | undefined, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(type, item);
    else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        const field = type.getFields()[name];
        if (field === undefined || inner === null) continue;
        if (find(field.astNode, 'personal') !== undefined) found.add(`${type.name}.${name}`);
        walk(getNamedType(field.type), inner);
      }
    }
  };
  for (const { variable, type } of variableDefinitions) {
    walk(schema.getType(nameOf(type)), variables[variable.name.value]);
  }
  return [...found];
}

/** The named type inside lists and exclamation marks. */
const nameOf = (node: TypeNode): string => (node.kind === Kind.NAMED_TYPE ? node.name.value : nameOf(node.type));

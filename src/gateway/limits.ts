import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { requestError } from './errors.js';

/** What one request may ask. A dashboard page stays below a tenth of each. */
export const limits = {
  tokenCount: 2_000,
  depth: 12,
  /** The standard introspection query needs 15; graphql-js refuses circles in it by itself. */
  introspectionDepth: 20,
  aliasCount: 30,
  directiveCount: 20,
  rootFieldCount: 20,
  cost: 5_000,
} as const;

/** Fields that ask Cube by themselves, and lists whose length the arguments do not tell. */
const rootFieldCost = 10;
const surcharge: Readonly<Record<string, number>> = {
  // Not batched: one Cube query for each parent.
  'Video.viewers': 50,
  'User.videos': 50,
  // A period of its own.
  'PeriodMetrics.previous': 10,
  'MetricSeries.previousPoints': 10,
  // Runs the steps of the job again.
  'Query.explainSession': 500,
};
const listLength: Readonly<Record<string, number>> = {
  'Session.segments': 10,
  'Retention.buckets': 100,
  'MetricSeries.points': 100,
  'TimeSeries.series': 10,
  'DataQuality.rules': 25,
  'Query.metricDefinitions': 60,
  'Query.experiments': 20,
  'Query.annotations': 20,
  'Experiment.variants': 3,
  'HeatMap.cells': 100,
  'LiveStats.minutes': 61,
  'MetricSeries.previousPoints': 100,
  'MetricValue.components': 2,
  'QualityTrend.points': 30,
  'SessionExplanation.events': 100,
  'SessionExplanation.sums': 20,
  'TimeSeries.annotations': 5,
  'Visit.sessions': 5,
};
const totalCountCost = 10;
const listLengthDefault = 10;

export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The cost of an operation: an object counts 1, lists by their length, fields that ask Cube more. @throws LIMIT_EXCEEDED, COST_EXCEEDED */
export function assertWithinLimits(request: Operation): number {
  countTokensOfTrouble(request.document);
  const measured = new Measure(request).operation();
  const { rootFieldCount, depth, introspectionDepth, cost } = measured;
  refuseAbove('root fields', rootFieldCount, limits.rootFieldCount);
  refuseAbove('levels', depth, limits.depth);
  refuseAbove('levels of introspection', introspectionDepth, limits.introspectionDepth);
  if (cost > limits.cost) {
    throw requestError('COST_EXCEEDED', `the request costs ${cost} points; one request may cost ${limits.cost}`, {
      cost: { requested: cost, limit: limits.cost },
    });
  }
  return cost;
}

function refuseAbove(what: string, count: number, max: number): void {
  if (count > max) throw requestError('LIMIT_EXCEEDED', `the request has ${count} ${what}; at most ${max} are allowed`);
}

function countTokensOfTrouble(document: DocumentNode): void {
  let aliasCount = 0;
  let directiveCount = 0;
  visit(document, {
    Field: node => {
      if (node.alias !== undefined) aliasCount += 1;
    },
    Directive: () => {
      directiveCount += 1;
    },
  });
  refuseAbove('aliases', aliasCount, limits.aliasCount);
  refuseAbove('directives', directiveCount, limits.directiveCount);
}

interface Size {
  readonly cost: number;
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly rootFieldCount: number;
}

const nothing: Size = {
  cost: 0,
  depth: 0,
  introspectionDepth: 0,
  rootFieldCount: 0,
};

const beside = (a: Size, b: Size): Size => ({
  cost: a.cost + b.cost,
  depth: Math.max(a.depth, b.depth),
  introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
  rootFieldCount: a.rootFieldCount + b.rootFieldCount,
});

/** Walks an operation that has passed validation; each fragment is measured once for each page size it stands in. */
class Measure {
  readonly #request: Operation;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #known = new Map<string, Size>();

  constructor(request: Operation) {
    this.#request = request;
    this.#fragments = new Map(
      request.document.definitions
        .filter(definition => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map(fragment => [fragment.name.value, fragment]),
    );
  }

  operation(): Size {
    const { schema, operation } = this.#request;
    const root = schema.getRootType(operation.operation);
    return root === undefined || root === null ? nothing : this.#selections(operation.selectionSet, root, 1);
  }

  /** `pageSize`: how many nodes the connection around these selections holds. */
  #selections(set: SelectionSetNode, parent: GraphQLCompositeType, pageSize: number): Size {
    let size = nothing;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) size = beside(size, this.#field(selection, parent, pageSize));
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        size = beside(size, this.#spread(selection.name.value, pageSize));
      else {
        const on = selection.typeCondition?.name.value;
        size = beside(size, this.#selections(selection.selectionSet, this.#composite(on) ?? parent, pageSize));
      }
    }
    return size;
  }

  #spread(name: string, pageSize: number): Size {
    const key = `${name} ${pageSize}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    const on = this.#composite(fragment?.typeCondition.name.value);
    if (fragment === undefined || on === undefined) return nothing;
    const size = this.#selections(fragment.selectionSet, on, pageSize);
    this.#known.set(key, size);
    return size;
  }

  #field(node: FieldNode, parent: GraphQLCompositeType, pageSize: number): Size {
    const name = node.name.value;
    const isRoot = parent === this.#request.schema.getRootType(this.#request.operation.operation);
    if (name.startsWith('__') || parent.name.startsWith('__')) return this.#introspection(node, isRoot);
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    const type = field === undefined ? undefined : getNamedType(field.type);
    const path = `${parent.name}.${name}`;
    const own = (surcharge[path] ?? 0) + (isRoot ? rootFieldCost : 0) + (name === 'totalCount' ? totalCountCost : 0);
    const rootFieldCount = isRoot ? 1 : 0;
    if (field === undefined || !isCompositeType(type) || node.selectionSet === undefined) {
      return { ...nothing, cost: own, depth: 1, rootFieldCount };
    }
    const isConnection = type.name.endsWith('Connection');
    const first = this.#first(node, field);
    const inner = this.#selections(node.selectionSet, type, isConnection ? (first ?? listLengthDefault) : 1);
    const length = this.#length({ path, field, parent, pageSize, first: isConnection ? undefined : first });
    return {
      ...inner,
      cost: own + length * (1 + inner.cost),
      depth: inner.depth + 1,
      introspectionDepth: inner.introspectionDepth,
      rootFieldCount,
    };
  }

  #length(list: {
    path: string;
    field: GraphQLField<unknown, unknown>;
    parent: GraphQLCompositeType;
    pageSize: number;
    first: number | undefined;
  }): number {
    if (!String(list.field.type).includes('[')) return 1;
    if (list.parent.name.endsWith('Connection')) return list.pageSize;
    return list.first ?? listLength[list.path] ?? listLengthDefault;
  }

  /** The value of `first`, from the text, the variables or the defaults. */
  #first(node: FieldNode, field: GraphQLField<unknown, unknown>): number | undefined {
    const argument = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    const fallback: unknown = field.args.find(({ name }) => name === 'first')?.defaultValue;
    if (argument?.kind === Kind.INT) return clampFirst(Number(argument.value));
    if (argument?.kind === Kind.VARIABLE) {
      const name = argument.name.value;
      const given = this.#request.variables[name];
      if (typeof given === 'number') return clampFirst(given);
      const definition = this.#request.operation.variableDefinitions?.find(
        ({ variable }) => variable.name.value === name,
      );
      if (definition?.defaultValue?.kind === Kind.INT) return clampFirst(Number(definition.defaultValue.value));
    }
    return typeof fallback === 'number' ? fallback : undefined;
  }

  #introspection(node: FieldNode, isRoot: boolean): Size {
    const inner = node.selectionSet === undefined ? nothing : this.#introspectionSelections(node.selectionSet);
    return {
      cost: 0,
      depth: 0,
      introspectionDepth: inner.introspectionDepth + 1,
      rootFieldCount: isRoot ? 1 : 0,
    };
  }

  #introspectionSelections(set: SelectionSetNode): Size {
    let size = nothing;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) size = beside(size, this.#introspection(selection, false));
      else if (selection.kind === Kind.FRAGMENT_SPREAD) size = beside(size, this.#spread(selection.name.value, 1));
      else size = beside(size, this.#introspectionSelections(selection.selectionSet));
    }
    return size;
  }

  #composite(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.#request.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

/** A nonsense page size is refused by its resolver; here it must not make a request look cheap. */
const clampFirst = (first: number): number => (Number.isFinite(first) ? Math.max(1, Math.ceil(first)) : 1);

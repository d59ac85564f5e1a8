import type { PgType } from '../postgres/index.js';

export type AggregateType =
  | 'sum'
  | 'count'
  | 'countDistinct'
  | 'countDistinctApprox'
  | 'avg'
  | 'min'
  | 'max'
  | 'number'
  | 'other';

/** A dimension or measure as a column. `member` is Cube's full name, `name` the column's. */
export interface Member {
  readonly kind: 'dimension' | 'measure';
  readonly name: string;
  readonly member: string;
  readonly type: PgType;
  readonly isTime: boolean;
  readonly aggregate: AggregateType | undefined;
  readonly description: string | undefined;
}

/** A cube or view as the table that SQL clients see. */
export interface Table {
  readonly name: string;
  readonly isView: boolean;
  readonly description: string | undefined;
  readonly members: readonly Member[];
  /** Segments can only filter, so they are no columns; `WHERE paid` works all the same. */
  readonly segments: readonly { readonly name: string; readonly member: string }[];
}

interface MetaMember {
  readonly name: string;
  readonly type?: string;
  readonly aggType?: string;
  readonly description?: string;
  readonly isVisible?: boolean;
}

export interface MetaCube {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  readonly isVisible?: boolean;
  readonly measures: readonly MetaMember[];
  readonly dimensions: readonly MetaMember[];
  readonly segments?: readonly MetaMember[];
}

const isVisible = (item: { readonly isVisible?: boolean }): boolean => item.isVisible !== false;
const shortName = (member: string): string => member.slice(member.indexOf('.') + 1);

/** Cube's `meta`, already filtered for its reader, as tables; in meta's order, dimensions before measures. */
export function readTables(cubes: readonly MetaCube[]): Table[] {
  return cubes.filter(isVisible).map(cube => ({
    name: cube.name,
    isView: cube.type === 'view',
    description: cube.description,
    members: [
      ...cube.dimensions.filter(isVisible).map(readDimension),
      ...cube.measures.filter(isVisible).map(readMeasure),
    ],
    segments: (cube.segments ?? []).filter(isVisible).map(({ name }) => ({ name: shortName(name), member: name })),
  }));
}

function readDimension({ name, type, description }: MetaMember): Member {
  return {
    kind: 'dimension',
    name: shortName(name),
    member: name,
    type: columnType(type),
    isTime: type === 'time',
    aggregate: undefined,
    description,
  };
}

function readMeasure({ name, type, aggType, description }: MetaMember): Member {
  const aggregate = aggregateOf(aggType);
  const counts = aggregate === 'count' || aggregate === 'countDistinct' || aggregate === 'countDistinctApprox';
  return {
    kind: 'measure',
    name: shortName(name),
    member: name,
    type: counts ? 'int8' : columnType(type),
    isTime: type === 'time',
    aggregate,
    description,
  };
}

function columnType(type: string | undefined): PgType {
  switch (type) {
    case 'number':
      return 'float8';
    case 'time':
      return 'timestamp';
    case 'boolean':
      return 'bool';
    default:
      return 'text';
  }
}

function aggregateOf(aggType: string | undefined): AggregateType {
  switch (aggType) {
    case 'sum':
    case 'count':
    case 'countDistinct':
    case 'countDistinctApprox':
    case 'avg':
    case 'min':
    case 'max':
    case 'number':
      return aggType;
    case 'runningTotal':
      return 'number';
    default:
      return 'other';
  }
}

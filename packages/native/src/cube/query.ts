/** A query as Cube's gateway takes it. */
export interface CubeQuery {
  readonly measures: readonly string[];
  readonly dimensions: readonly string[];
  readonly timeDimensions: readonly CubeTimeDimension[];
  readonly filters: readonly CubeFilter[];
  readonly segments: readonly string[];
  readonly order: readonly (readonly [string, 'asc' | 'desc'])[];
  readonly limit?: number;
  readonly offset?: number;
  readonly ungrouped?: boolean;
  readonly timezone?: string;
}

export interface CubeTimeDimension {
  readonly dimension: string;
  readonly granularity?: string;
  readonly dateRange?: readonly [string, string];
}

export interface MemberFilter {
  readonly member: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export type CubeFilter =
  | MemberFilter
  | { readonly and: readonly CubeFilter[] }
  | { readonly or: readonly CubeFilter[] };

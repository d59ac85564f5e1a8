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
  /** What the data source computes beside members. No rollup serves a query that has any of it. */
  readonly pushed?: PushedExpressions;
}

/** Expressions in the data source's SQL, with their values apart. */
export interface PushedExpressions {
  readonly dimensions: readonly PushedExpression[];
  readonly measures: readonly PushedMeasure[];
  /** Conditions on rows, joined by AND. */
  readonly conditions: readonly PushedExpression[];
  /** What `$0$`, `$1$`, ... stand for. */
  readonly values: readonly string[];
}

/** `sql` is a template: Cube puts members in the place of `${cube.member}`. Only the planner's `Template` writes one. */
export interface PushedExpression {
  /** Its column in the answer. */
  readonly alias: string;
  /** The cubes and views that the template names, at least one. */
  readonly cubes: readonly string[];
  readonly sql: string;
}

/** An aggregate of dimensions, or a measure of the model over fewer rows. */
export type PushedMeasure =
  | ({ readonly kind: 'aggregate' } & PushedExpression)
  | {
      readonly kind: 'filtered';
      readonly alias: string;
      readonly member: string;
      readonly condition: Omit<PushedExpression, 'alias'>;
    };

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

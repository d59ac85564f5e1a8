/** A query of Cube's REST API, as far as the gateway uses it. */
export type Scalar = string | number | boolean;

export interface MemberFilter {
  readonly member: string;
  readonly operator:
    | 'equals'
    | 'notEquals'
    | 'contains'
    | 'gt'
    | 'gte'
    | 'lt'
    | 'lte'
    | 'set'
    | 'notSet'
    | 'inDateRange'
    | 'beforeDate'
    | 'afterDate'
    | 'beforeOrOnDate'
    | 'afterOrOnDate';
  readonly values?: readonly string[];
}

export type CubeFilter =
  | MemberFilter
  | { readonly or: readonly CubeFilter[] }
  | { readonly and: readonly CubeFilter[] };

export interface TimeDimension {
  readonly dimension: string;
  readonly dateRange?: readonly [string, string];
  readonly granularity?: 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month';
}

export interface CubeQuery {
  readonly measures?: readonly string[];
  readonly dimensions?: readonly string[];
  readonly timeDimensions?: readonly TimeDimension[];
  readonly filters?: readonly CubeFilter[];
  readonly order?: readonly (readonly [string, 'asc' | 'desc'])[];
  readonly limit: number;
  /** Row by row instead of grouped: for cubes whose primary key is asked for too. */
  readonly ungrouped?: true;
  /** Count all rows that the query would have without its limit. */
  readonly total?: true;
}

export const equals = (member: string, values: readonly string[]): MemberFilter => ({
  member,
  operator: 'equals',
  values,
});

export const isTrue = (member: string, value: boolean): MemberFilter => equals(member, [String(value)]);

export const atLeast = (member: string, value: number): MemberFilter => ({
  member,
  operator: 'gte',
  values: [String(value)],
});

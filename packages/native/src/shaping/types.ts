/** What Cube's gateway hands over with a result; only what shaping reads is spelled out. */
export type Row = Readonly<Record<string, unknown>>;

export type MemberReference = string | { readonly name: string; readonly expression?: unknown };

export interface TimeDimension {
  readonly dimension: string;
  readonly granularity?: string | null;
  readonly dateRange?: readonly string[] | string | null;
}

export interface NormalizedQuery {
  readonly measures?: readonly MemberReference[];
  readonly dimensions?: readonly MemberReference[];
  readonly timeDimensions?: readonly TimeDimension[];
  readonly [key: string]: unknown;
}

export type QueryType = 'regularQuery' | 'compareDateRangeQuery' | 'blendingQuery';
export type ResponseFormat = 'default' | 'compact' | 'columnar';

export interface Annotation {
  readonly type?: string;
  readonly [key: string]: unknown;
}

export interface TransformData {
  readonly aliasToMemberNameMap: Readonly<Record<string, string>>;
  readonly annotation: Readonly<Record<string, Annotation>>;
  readonly query: NormalizedQuery;
  readonly queryType?: QueryType;
  readonly resType?: ResponseFormat;
}

export type RootResult = Readonly<Record<string, unknown>>;

export interface CompactData {
  readonly members: readonly string[];
  readonly dataset: readonly (readonly unknown[])[];
}

export interface ColumnarData {
  readonly members: readonly string[];
  readonly columns: readonly (readonly unknown[])[];
}

export type ShapedData = readonly Row[] | CompactData | ColumnarData;

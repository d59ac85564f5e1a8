import type { CubeQuery } from '../cube/index.js';
import type { PgType, Value } from '../postgres/index.js';
import type { Node } from './ast.js';

/** One question to Cube. `query` is absent where the answer is known to be empty. */
export interface Scan {
  readonly query: CubeQuery | undefined;
  readonly columns: readonly ScanColumn[];
  /** What an aggregate without GROUP BY answers over no rows: one row, counts 0 and all else null. */
  readonly hasRowWhenEmpty: boolean;
}

export interface ScanColumn {
  /** The column in Cube's answer. */
  readonly key: string;
  readonly type: PgType;
  /** A distinct count of one row, where Cube answers the value that is counted. */
  readonly isDistinctCount?: boolean;
}

export type OutputColumn = {
  readonly name: string;
  readonly type: PgType;
} & ({ readonly from: 'scan'; readonly index: number } | { readonly from: 'constant'; readonly value: Value });

/** Cube's answer is the result; only columns are picked and renamed. */
export interface DirectPlan {
  readonly kind: 'direct';
  readonly scan: Scan;
  readonly columns: readonly OutputColumn[];
  /** The types (oids) of the client's parameters where the statement tells them. */
  readonly parameterTypes: ReadonlyMap<number, number>;
}

/** Cube's answers become relations, and Postgres evaluates the statement over them. */
export interface OuterPlan {
  readonly kind: 'outer';
  readonly scans: readonly Scan[];
  /** Reads the scans as `$1`, `$2`, ...: JSON arrays of objects with the keys c0, c1, ... */
  readonly statement: Node;
  readonly parameterTypes: ReadonlyMap<number, number>;
  /** The client's parameters that the statement reads behind the scans, by their numbers: none once they have values. */
  readonly parameters: readonly number[];
  /** Subqueries whose values the plan compares with; until these are known it says what the answer looks like. */
  readonly lists?: Lists | undefined;
  /** A plan that asks for fewer rows, because the data source computes more of it; where there is one. */
  readonly smaller?: () => OuterPlan | undefined;
}

export interface Lists {
  /** Each answers one column. */
  readonly plans: readonly Plan[];
  /** The plan with the values in their places. */
  readonly complete: (values: readonly ListValues[]) => OuterPlan;
}

export type ListValues = readonly (string | null)[];

/** No cube is asked: the catalogue and plain expressions. */
export interface CatalogPlan {
  readonly kind: 'catalog';
}

export type Plan = DirectPlan | OuterPlan | CatalogPlan;

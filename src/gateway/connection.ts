import type { Ask } from './ask.js';
import type { OrderDirection } from './contract.generated.js';
import type { CubeFilter, CubeQuery, TimeDimension } from './cube-query.js';
import { type Cursor, readCursor, type SortKind, writeCursor } from './cursor.js';
import { gatewayError } from './errors.js';
import { type CubeName, memberOf, membersOf } from './members.js';
import type { CubeRow } from './row.js';

/** The largest page, and the largest list in a filter. */
export const pageSizeMax = 100;

export interface SortField {
  /** Column of the cube. */
  readonly column: string;
  readonly kind: SortKind;
  /** Null sort values are a second part of the list, whatever the engine thinks of the order of nulls. */
  readonly isNullable?: true;
}

/** A cube as a list of things. */
export interface ListSpec<Node> {
  readonly cube: CubeName;
  /** Columns that identify a row, in the order that breaks ties. */
  readonly key: readonly string[];
  readonly toNode: (row: CubeRow) => Node;
  /** What is asked where the things are groups of the cube's rows; else its columns, row by row. */
  readonly grouped?: { readonly dimensions: readonly string[]; readonly measures: readonly string[] };
  readonly sortFields: Readonly<Record<string, SortField>>;
}

export interface PageArguments {
  readonly orderBy: { readonly field: string; readonly direction?: OrderDirection };
  readonly first: number;
  readonly after?: string | null;
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Asked only where the client asks for it. */
  readonly totalCount: () => Promise<number | null>;
}

export interface Page<Node> {
  readonly spec: ListSpec<Node>;
  readonly filters: readonly CubeFilter[];
  readonly page: PageArguments;
}

/** @throws LIMIT_EXCEEDED, BAD_USER_INPUT */
export function assertPageSize(first: number): void {
  if (first > pageSizeMax) throw gatewayError('LIMIT_EXCEEDED', `\`first\` is at most ${pageSizeMax}`);
  if (first < 1) throw gatewayError('BAD_USER_INPUT', '`first` is at least 1');
}

/**
 * One page by key set: everything after the cursor's sort value and key, so rows that come or go elsewhere move nothing.
 * One query a page; a second one where a nullable order runs into its rows without a value.
 */
export async function readConnection<Node>(ask: Ask, request: Page<Node>): Promise<Connection<Node>> {
  const { spec, filters, page } = request;
  assertPageSize(page.first);
  const { field, direction = 'DESC' } = page.orderBy;
  const sort = spec.sortFields[field];
  if (sort === undefined) throw gatewayError('BAD_USER_INPUT', `no order by ${field}`);
  const order = `${field}:${direction}`;
  const after =
    typeof page.after === 'string'
      ? readCursor(page.after, { order, keyLength: spec.key.length, kind: sort.kind })
      : undefined;
  const list = { spec, filters, sort, direction };
  const found = await readRows(ask, list, after, page.first + 1);

  const edges = found.slice(0, page.first).map(({ row, value }) => ({
    cursor: writeCursor({ order, value, key: spec.key.map(column => textOf(row, spec.cube, column)) }),
    node: spec.toNode(row),
  }));
  return {
    edges,
    nodes: edges.map(edge => edge.node),
    pageInfo: {
      hasNextPage: found.length > page.first,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => countRows(ask, request),
  };
}

interface List<Node> {
  readonly spec: ListSpec<Node>;
  readonly filters: readonly CubeFilter[];
  readonly sort: SortField;
  readonly direction: OrderDirection;
}

interface Found {
  readonly row: CubeRow;
  readonly value: string | null;
}

async function readRows<Node>(ask: Ask, list: List<Node>, after: Cursor | undefined, limit: number): Promise<Found[]> {
  const { spec, sort } = list;
  const member = memberOf(spec.cube, sort.column);
  const isInNulls = after !== undefined && after.value === null;
  const valued = isInNulls ? [] : await readValued(ask, list, after, limit);
  if (sort.isNullable !== true || valued.length >= limit) return valued;
  const { rows } = await ask({
    ...rowsOf(spec),
    filters: [...list.filters, { member, operator: 'notSet' }, ...(isInNulls ? [afterKey(spec, after.key)] : [])],
    order: spec.key.map(column => [memberOf(spec.cube, column), 'asc'] as const),
    limit: limit - valued.length,
  });
  return [...valued, ...rows.map(row => ({ row, value: null }))];
}

async function readValued<Node>(
  ask: Ask,
  { spec, filters, sort, direction }: List<Node>,
  after: Cursor | undefined,
  limit: number,
): Promise<Found[]> {
  const member = memberOf(spec.cube, sort.column);
  // Ordering by the plain name takes the finest granularity in the query: the second.
  const valueMember = sort.kind === 'second' ? `${member}.second` : member;
  const base = rowsOf(spec);
  const seconds: readonly TimeDimension[] =
    sort.kind === 'second' ? [{ dimension: member, granularity: 'second' }] : [];
  const { rows } = await ask({
    ...base,
    ...(seconds.length > 0 ? { timeDimensions: seconds } : {}),
    filters: [
      ...filters,
      ...(sort.isNullable === true ? [{ member, operator: 'set' } as const] : []),
      ...(after === undefined || after.value === null ? [] : [beyond(spec, sort, direction, after.value, after.key)]),
    ],
    order: [
      [member, direction === 'ASC' ? 'asc' : 'desc'],
      ...spec.key
        .map(column => memberOf(spec.cube, column))
        .filter(key => key !== member)
        .map(key => [key, 'asc'] as const),
    ],
    limit,
  });
  return rows.map(row => ({ row, value: textValue(row[valueMember], valueMember) }));
}

const rowsOf = <Node>(spec: ListSpec<Node>): Pick<CubeQuery, 'dimensions' | 'measures' | 'ungrouped'> =>
  spec.grouped ?? { dimensions: membersOf(spec.cube), ungrouped: true };

/** Beyond the sort value, or at it with a larger key. */
function beyond<Node>(
  spec: ListSpec<Node>,
  sort: SortField,
  direction: OrderDirection,
  value: string,
  key: readonly string[],
): CubeFilter {
  const member = memberOf(spec.cube, sort.column);
  const tie = afterKey(spec, key);
  if (sort.kind === 'second') {
    // A second is a range of instants: [value, next).
    const next = new Date(Date.parse(`${value}Z`) + 1000).toISOString().slice(0, -1);
    const before: CubeFilter = { member, operator: 'beforeDate', values: [value] };
    const notBefore: CubeFilter = { member, operator: 'afterOrOnDate', values: [value] };
    const beforeNext: CubeFilter = { member, operator: 'beforeDate', values: [next] };
    const fromNext: CubeFilter = { member, operator: 'afterOrOnDate', values: [next] };
    return { or: [direction === 'ASC' ? fromNext : before, { and: [notBefore, beforeNext, tie] }] };
  }
  const further: CubeFilter = { member, operator: direction === 'ASC' ? 'gt' : 'lt', values: [value] };
  // Where the order is by the key itself there are no ties.
  if (spec.key.length === 1 && spec.key[0] === sort.column) return further;
  return { or: [further, { and: [{ member, operator: 'equals', values: [value] }, tie] }] };
}

/** Rows whose key comes after this one, column by column. */
function afterKey<Node>(spec: ListSpec<Node>, key: readonly string[]): CubeFilter {
  const members = spec.key.map(column => memberOf(spec.cube, column));
  const branches = members.map((member, index): CubeFilter => {
    const same = members.slice(0, index).map((earlier, place): CubeFilter => {
      return { member: earlier, operator: 'equals', values: [key[place] ?? ''] };
    });
    return { and: [...same, { member, operator: 'gt', values: [key[index] ?? ''] }] };
  });
  return { or: branches };
}

async function countRows<Node>(ask: Ask, { spec, filters }: Page<Node>): Promise<number | null> {
  const { total } = await ask({
    dimensions: spec.key.map(column => memberOf(spec.cube, column)),
    filters,
    ...(spec.grouped === undefined ? ({ ungrouped: true } as const) : {}),
    total: true,
    limit: 1,
  });
  if (total === undefined) throw gatewayError('UPSTREAM_UNAVAILABLE', 'the semantic layer counted no rows');
  return total;
}

function textValue(value: unknown, member: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw gatewayError('UPSTREAM_UNAVAILABLE', `the semantic layer answered no value for ${member}`);
}

const textOf = (row: CubeRow, cube: CubeName, column: string): string => {
  const member = memberOf(cube, column);
  return textValue(row[member], member);
};

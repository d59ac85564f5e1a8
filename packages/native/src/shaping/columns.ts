import type { MemberReference, NormalizedQuery, Row, TransformData } from './types.js';

/** One column of the answer: the member it is called, the driver's column it is read from, and the member's type. */
export interface ShapedColumn {
  readonly member: string;
  readonly alias: string;
  readonly type: string | undefined;
}

// A granularity that is not listed (custom ones) ranks last.
const finestFirst = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
const rankOf = (granularity: string): number => {
  const rank = finestFirst.indexOf(granularity);
  return rank === -1 ? finestFirst.length + 1 : rank;
};

/** Cube's wording, because clients and its own tests look for it. */
export class HiddenMember extends Error {
  constructor(member: string) {
    super(
      `You requested hidden member: '${member}'. Please make it visible using \`public: true\`. ` +
        'Please note primaryKey fields are `public: false` by default: ' +
        'https://cube.dev/docs/schema/reference/joins#setting-a-primary-key.',
    );
    this.name = 'HiddenMember';
  }
}

const nameOf = (member: MemberReference): string => (typeof member === 'string' ? member : member.name);

/** The members that the answer to this query shows. A time dimension without granularity only filters. */
function shownMembers(query: NormalizedQuery): string[] {
  const grouped = (query.timeDimensions ?? []).filter(dimension => dimension.granularity);
  return [
    ...(query.measures ?? []).map(nameOf),
    ...(query.dimensions ?? []).map(nameOf),
    ...grouped.map(dimension => dimension.dimension),
  ];
}

/**
 * The columns of an answer in the driver's order, after the hidden-member check.
 *
 * Cube leaves this check to the native add-on: a member that the caller may not see (private, a primary key, excluded by
 * an access policy) is missing from `annotation`, and nothing else stands between it and the client. With no rows there
 * are no columns to look at, so the query's own members are checked instead: an empty answer must not tell that a denied
 * member exists either.
 */
export function readColumns(rows: readonly Row[], transform: TransformData): ShapedColumn[] {
  const { annotation, query, aliasToMemberNameMap } = transform;
  const isVisible = (member: string): boolean => Object.hasOwn(annotation, member);

  const hidden = shownMembers(query).find(member => !isVisible(member));
  if (hidden !== undefined) throw new HiddenMember(hidden);

  const [first] = rows;
  if (first === undefined) return [];

  const columns = Object.keys(first).map((alias): ShapedColumn => {
    const member = Object.hasOwn(aliasToMemberNameMap, alias) ? aliasToMemberNameMap[alias] : undefined;
    if (member === undefined) throw new Error(`Member name not found for alias: '${alias}'`);
    if (!isVisible(member)) throw new HiddenMember(member);
    return { member, alias, type: annotation[member]?.type };
  });
  return [...columns, ...bareTimeColumns(columns, query), ...blendingColumn(columns, transform)];
}

/** A time dimension with granularity also answers to its bare name; of several granularities the finest one does. */
function bareTimeColumns(columns: readonly ShapedColumn[], query: NormalizedQuery): ShapedColumn[] {
  const asked = new Set((query.dimensions ?? []).map(nameOf));
  const finest = new Map<string, { column: ShapedColumn; rank: number }>();
  for (const column of columns) {
    const [cube, dimension, granularity] = column.member.split('.');
    if (granularity === undefined) continue;
    const bare = `${cube}.${dimension}`;
    const rank = rankOf(granularity);
    const best = finest.get(bare);
    if (asked.has(bare) || (best !== undefined && best.rank < rank)) continue;
    finest.set(bare, { column, rank });
  }
  return [...finest].map(([member, { column }]) => ({ ...column, member }));
}

/** A blended query's rows share one time axis, `time.<granularity>`, whatever each query's time dimension is called. */
function blendingColumn(columns: readonly ShapedColumn[], { query, queryType }: TransformData): ShapedColumn[] {
  if (queryType !== 'blendingQuery') return [];
  const [time] = query.timeDimensions ?? [];
  if (time === undefined) throw new Error('A blending query needs a time dimension.');
  if (!time.granularity) throw new Error(`A blending query needs a granularity on ${time.dimension}.`);
  const source = columns.find(column => column.member === `${time.dimension}.${time.granularity}`);
  return source === undefined ? [] : [{ ...source, member: `time.${time.granularity}` }];
}

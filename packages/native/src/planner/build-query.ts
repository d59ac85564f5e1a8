import type { CubeFilter, CubeQuery, CubeTimeDimension } from '../cube/index.js';
import { type Condition, type TimeBound, toCubeFilter } from './filters.js';
import type { Leaf } from './leaves.js';

interface Parts {
  readonly leaves: readonly Leaf[];
  readonly condition: Condition;
  readonly isUngrouped: boolean;
  readonly order: readonly (readonly [string, 'asc' | 'desc'])[];
  readonly limit?: number;
  readonly offset?: number;
  readonly timezone: string | undefined;
}

/** The query of one SELECT, in Cube's words. */
export function buildQuery({ leaves, condition, isUngrouped, order, limit, offset, timezone }: Parts): CubeQuery {
  const parts = condition.kind === 'and' ? condition.parts : [condition];
  const { ranges, rest } = takeDateRanges(parts);
  const names = (kind: Leaf['kind']): string[] =>
    leaves.filter(leaf => leaf.kind === kind).map(leaf => leaf.member.member);
  return {
    measures: names('measure'),
    dimensions: names('dimension'),
    timeDimensions: timeDimensions(leaves, ranges),
    filters: rest.flatMap((part): CubeFilter[] =>
      part.kind === 'segment' || part.kind === 'constant' ? [] : [toCubeFilter(part)],
    ),
    segments: rest.flatMap(part => (part.kind === 'segment' ? [part.member] : [])),
    order,
    ...(isUngrouped && { ungrouped: true }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
    ...(timezone !== undefined && { timezone }),
  };
}

type Range = readonly [string, string];
type TimeCondition = Extract<Condition, { kind: 'time' }>;

const isLower = (operator: TimeBound): boolean => operator === 'afterDate' || operator === 'afterOrOnDate';

/**
 * Two bounds of one time dimension make a date range, which Cube's rollups and partitions understand. A range includes
 * both ends, so an open end moves by a millisecond, Cube's own precision.
 */
function takeDateRanges(parts: readonly Condition[]): { ranges: Map<string, Range>; rest: Condition[] } {
  const times = parts.filter((part): part is TimeCondition => part.kind === 'time');
  const ranges = new Map<string, Range>();
  const taken = new Set<Condition>();
  for (const member of new Set(times.map(time => time.leaf.member.member))) {
    const own = times.filter(time => time.leaf.member.member === member);
    const lower = own.filter(time => isLower(time.operator));
    const upper = own.filter(time => !isLower(time.operator));
    const [from] = lower
      .map(time => (time.operator === 'afterDate' ? shift(time.value, 1) : time.value))
      .sort()
      .reverse();
    const [to] = upper.map(time => (time.operator === 'beforeDate' ? shift(time.value, -1) : time.value)).sort();
    if (from === undefined || to === undefined || from > to) continue;
    ranges.set(member, [from, to]);
    for (const time of own) taken.add(time);
  }
  return { ranges, rest: parts.filter(part => !taken.has(part)) };
}

const shift = (timestamp: string, ms: number): string =>
  new Date(Date.parse(`${timestamp}Z`) + ms).toISOString().replace('Z', '');

function timeDimensions(leaves: readonly Leaf[], ranges: ReadonlyMap<string, Range>): CubeTimeDimension[] {
  const open = new Map(ranges);
  const shown = leaves
    .filter(leaf => leaf.kind === 'time')
    .map(({ member, granularity }): CubeTimeDimension => {
      const dateRange = open.get(member.member);
      open.delete(member.member);
      return {
        dimension: member.member,
        ...(granularity !== undefined && { granularity }),
        ...(dateRange !== undefined && { dateRange }),
      };
    });
  return [...shown, ...[...open].map(([dimension, dateRange]) => ({ dimension, dateRange }))];
}

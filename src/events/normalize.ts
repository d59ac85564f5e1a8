import { type Dialect, type Fragment, join, lit, raw, ref, sql } from '#sql';
import { type CanonicalColumn, canonicalColumns, canonicalNames } from './canonical.js';
import { decidingPaths, eventTypeOf, leftOut } from './event-names.js';
import type { ResolvedMapping } from './mapping.js';
import { rejectCode, rejectReason } from './reject.js';
import type { SourcePath } from './source-path.js';
import { type FoundValues, findValues, type SourceRows } from './source-rows.js';
import { booleanOf, doubleOf, instantUsOf, isBadNumber, textListOf, textOf, type Value } from './value.js';

export interface NormalizeOptions {
  readonly rows: SourceRows;
  readonly mapping: ResolvedMapping;
  /** Stands in `received_at` where the source has none. Microseconds since 1970. */
  readonly receivedUs: bigint;
  /** A position above it is nonsense (DESIGN 4.1.4). Seconds. */
  readonly positionMaxS: number;
  readonly dialect: Dialect;
}

/** The last microsecond of the year 9999: no calendar of any engine goes further. */
const lastInstantUs = 253_402_300_799_999_999n;

/** Columns that `normalize` adds to the canonical ones. */
export const verdictColumns = ['reject_code', 'reject_reason', 'row', 'left_out', 'event_name', 'line'] as const;

/**
 * The rule of DESIGN.md section 3 as one query: each source row with its canonical columns, and beside them
 * `reject_code` and `reject_reason` (null for a row that can be used), `row` (the original, of rejected rows),
 * `left_out` (its event is left out on purpose), `event_name` (the source's, lower case), `line`.
 */
export function normalize({ rows, mapping, receivedUs, positionMaxS, dialect: d }: NormalizeOptions): Fragment {
  const paths = decidingPaths(mapping);
  const found = findValues(rows, mapping, paths, d);
  const passed = ['line', 'record', 'broken', 'event_name', ...paths.map((_, i) => `deciding_${i}`)].map(n => ref(n));
  const typed = sql`select ${join(passed)},
${join(typedColumns(found, mapping, positionMaxS, d), ',\n')}
from (${foundRows(found, paths, d)})`;
  const named = sql`select *, ${eventTypeOf(mapping)} as event_type from (${typed})`;
  const judged = sql`select *, ${rejectCode(leftOut, d)} as reject_code from (${named})`;
  const published = canonicalNames.map(name => sql`${publishedColumn(name, receivedUs, d)} as ${ref(name)}`);
  return sql`select ${join(published, ',\n')},
reject_code,
case when reject_code is not null then ${rejectReason(mapping.timeFormat, rows.kind === 'json' ? 'object' : 'record', d)} end as reject_reason,
case when reject_code is not null then ${found.recordText} end as row,
coalesce(reject_code is null and event_type = ${lit(leftOut)}, false) as left_out,
event_name,
line
from (${judged})`;
}

/** First layer: every value that is needed, found once, untouched but for the choice between several sources. */
function foundRows(found: FoundValues, paths: readonly SourcePath[], d: Dialect): Fragment {
  const values = canonicalNames.flatMap(name => {
    const value = found.values[name];
    return value === undefined ? [] : [sql`${value.sql} as ${ref(`raw_${name}`)}`];
  });
  const nameText = (value: Value | undefined) =>
    value === undefined ? untyped('string', d) : sql`lower(${textOf(value, d)})`;
  const deciding = paths.map((path, i) => sql`${nameText(found.valueOf(path))} as ${ref(`deciding_${i}`)}`);
  const columns = [sql`${nameText(found.values.event_type)} as event_name`, ...deciding, ...values];
  return sql`select line, record, ${found.broken} as broken, ${join(columns, ',\n')}\nfrom ${found.from}`;
}

const untyped = (type: Parameters<Dialect['type']>[0], d: Dialect): Fragment => sql`cast(null as ${raw(d.type(type))})`;

/** Second layer: every value in its type, and what is wrong about it. */
function typedColumns({ values }: FoundValues, mapping: ResolvedMapping, positionMaxS: number, d: Dialect): Fragment[] {
  const rawValue = (column: CanonicalColumn): Value | undefined => {
    const value = values[column];
    return value === undefined ? undefined : { kind: value.kind, sql: ref(`raw_${column}`) };
  };
  const read = (column: CanonicalColumn, how: (value: Value) => Fragment, as: string = column): Fragment => {
    const value = rawValue(column);
    return sql`${value === undefined ? untyped(canonicalColumns[column], d) : how(value)} as ${ref(as)}`;
  };
  const flag = (column: CanonicalColumn, max: number): Fragment => {
    const value = rawValue(column);
    const isBad = value === undefined ? sql`false` : sql`coalesce(${isBadNumber(value, max, d)}, false)`;
    return sql`${isBad} as ${ref(`is_bad_${column}`)}`;
  };
  const unit = mapping.positionUnit === 'ms' ? 1000 : 1;
  const seconds = (value: Value) => (unit === 1 ? doubleOf(value, d) : sql`${doubleOf(value, d)} / ${lit(unit)}`);
  const text = (value: Value) => textOf(value, d);
  const written = (column: CanonicalColumn) => {
    const value = rawValue(column);
    return sql`${value === undefined ? untyped('string', d) : text(value)} as ${ref(`written_${column}`)}`;
  };
  const bool = (value: Value) => booleanOf(value, d);
  const texts = [
    'event_id',
    'user_id',
    'video_id',
    'player_id',
    'device',
    'country',
    'referrer',
    'app_version',
  ] as const;
  return [
    ...[...texts, 'experiment' as const, 'variant' as const].map(column => read(column, text)),
    ...(['position_s', 'seek_from_s'] as const).flatMap(column => [
      read(column, seconds),
      written(column),
      flag(column, positionMaxS * unit),
    ]),
    // NaN and Infinity are what players say before they know the duration, and of live streams.
    read('duration_s', value => positive(seconds(value))),
    read('playback_rate', value => positive(doubleOf(value, d))),
    ...(['duration_s', 'playback_rate', 'sequence'] as const).map(column => notNumber(column, rawValue(column), d)),
    read('sequence', value =>
      value.kind === 'number' ? d.reading.nearestWhole(value.sql) : d.reading.whole(text(value)),
    ),
    ...(['autoplay', 'muted', 'visible'] as const).map(column => read(column, bool)),
    read('impressions', value => textListOf(value, d)),
    written('event_time'),
    usOf('event_us', rawValue('event_time'), mapping.timeFormat, d),
    usOf('received_us', rawValue('received_at'), mapping.timeFormat, d),
  ];
}

const positive = (number: Fragment): Fragment => sql`case when ${number} > 0 and ${number} < 1e300 then ${number} end`;

function notNumber(column: CanonicalColumn, value: Value | undefined, d: Dialect): Fragment {
  const isBad =
    value === undefined || value.kind === 'number'
      ? sql`false`
      : sql`coalesce(${textOf(value, d)} is not null and ${doubleOf(value, d)} is null, false)`;
  return sql`${isBad} as ${ref(`is_bad_${column}`)}`;
}

function usOf(as: string, value: Value | undefined, format: string, d: Dialect): Fragment {
  if (value === undefined) return sql`${untyped('bigint', d)} as ${ref(as)}`;
  const us = instantUsOf(value, format, d);
  return sql`case when ${us} between 0 and ${lit(lastInstantUs)} then ${us} end as ${ref(as)}`;
}

/** Last layer: the canonical columns as the table declares them. */
function publishedColumn(name: CanonicalColumn, receivedUs: bigint, d: Dialect): Fragment {
  switch (name) {
    case 'event_id':
      return sql`coalesce(event_id, ${d.md5(identity(d))})`;
    case 'event_time':
      return d.instantOfUs(sql`event_us`);
    case 'received_at':
      return d.instantOfUs(sql`coalesce(received_us, ${lit(receivedUs)})`);
    default:
      return ref(name);
  }
}

/** What makes an event without an id the same as its copy: all it says, but not when it arrived. */
function identity(d: Dialect): Fragment {
  const asText = (name: string) => sql`cast(${ref(name)} as ${raw(d.type('string'))})`;
  const asDouble = (name: string) => d.reading.spelledDouble(ref(name));
  const said = [
    ...['user_id', 'video_id', 'player_id', 'event_type', 'event_us', 'sequence'].map(asText),
    ...['position_s', 'seek_from_s', 'playback_rate'].map(asDouble),
    ...['experiment', 'variant'].map(asText),
    d.reading.spelledList(ref('impressions')),
  ];
  const parts = said.map(text => sql`coalesce(${text}, ${lit('')})`);
  return sql`concat_ws(${lit('\u001f')}, ${join(parts)})`;
}

import { type Dialect, type Fragment, join, lit, raw, ref, sql } from '#sql';
import { brokenLineMarks, lineBytesMax } from './broken-lines.js';
import type { RejectCode } from './reject-codes.js';

/** In the order in which they are looked for: the first that holds is the row's code. */
const conditions = ({ reading }: Dialect): readonly (readonly [RejectCode, Fragment])[] => [
  ['NOT_UTF8', reading.startsWith(sql`broken`, brokenLineMarks.notUtf8)],
  ['ROW_TOO_LONG', reading.startsWith(sql`broken`, brokenLineMarks.tooLong)],
  ['MALFORMED_ROW', sql`broken is not null`],
  ['MISSING_EVENT_TYPE', sql`event_name is null`],
  ['UNKNOWN_EVENT_TYPE', sql`event_type is null`],
];

const conditionsOfMeantEvents: readonly (readonly [RejectCode, Fragment])[] = [
  ['MISSING_USER', sql`user_id is null`],
  ['MISSING_VIDEO', sql`video_id is null and event_type <> ${lit('page_view')}`],
  ['MISSING_TIME', sql`written_event_time is null`],
  ['BAD_TIME', sql`event_us is null`],
  ['BAD_POSITION', sql`is_bad_position_s or is_bad_seek_from_s`],
  ['BAD_NUMBER', sql`is_bad_duration_s or is_bad_playback_rate or is_bad_sequence`],
];

/** The code of a row that cannot be used, else null. What is left out on purpose is not looked at further. */
export function rejectCode(leftOut: string, d: Dialect): Fragment {
  const when = ([code, condition]: readonly [RejectCode, Fragment]) => sql`when ${condition} then ${lit(code)}`;
  return sql`case ${join(conditions(d).map(when), '\n')}
when event_type = ${lit(leftOut)} then null
${join(conditionsOfMeantEvents.map(when), '\n')} end`;
}

/** The reason in words, with the value that caused it. */
export function rejectReason(timeFormat: string, shape: 'object' | 'record', d: Dialect): Fragment {
  const quoted = (column: string) =>
    sql`coalesce(left(cast(${ref(column)} as ${raw(d.type('string'))}), 80), ${lit('')})`;
  const said = (before: string, column: string, after: string) =>
    sql`concat(${lit(`${before} "`)}, ${quoted(column)}, ${lit(`" ${after}`)})`;
  const format = timeFormat === 'auto' ? '' : ` in the format ${timeFormat}`;
  const reasons: readonly (readonly [RejectCode, Fragment])[] = [
    ['NOT_UTF8', lit('the row is not UTF-8 text')],
    ['ROW_TOO_LONG', lit(`the row is longer than ${lineBytesMax} bytes`)],
    [
      'MALFORMED_ROW',
      lit(
        shape === 'object'
          ? 'the row is no JSON object'
          : 'the row has another number of fields than the header, or a quote or line break where none may be',
      ),
    ],
    ['MISSING_EVENT_TYPE', lit('the row has no event name')],
    ['UNKNOWN_EVENT_TYPE', said('the event name', 'event_name', 'is not known to the mapping')],
    ['MISSING_USER', lit('the row has no user_id')],
    ['MISSING_VIDEO', said('a', 'event_type', 'event needs a video_id')],
    ['MISSING_TIME', lit('the row has no event_time')],
    ['BAD_TIME', said('the event_time', 'written_event_time', `is no instant${format}`)],
    ['BAD_POSITION', badPosition(said)],
    ['BAD_NUMBER', lit('the duration, the rate or the sequence is no number')],
  ];
  return sql`case reject_code ${join(
    reasons.map(([code, reason]) => sql`when ${lit(code)} then ${reason}`),
    '\n',
  )} end`;
}

function badPosition(said: (before: string, column: string, after: string) => Fragment): Fragment {
  const after = 'is no number that a video can reach';
  const position = said('the position', 'written_position_s', after);
  return sql`case when is_bad_position_s then ${position} else ${said('the position', 'written_seek_from_s', after)} end`;
}

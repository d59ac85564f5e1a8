/** Why a row could not be used: the stable codes of `events_rejected.code`. docs/ingest.md carries the same list. */
export const rejectCodes = {
  MALFORMED_ROW:
    'The row is no JSON object, or has another number of fields than the header, or a quote or line break where none may be',
  NOT_UTF8: 'The row is not UTF-8 text',
  ROW_TOO_LONG: 'The row is longer than one row may be',
  MISSING_EVENT_TYPE: 'The row has no event name',
  UNKNOWN_EVENT_TYPE: 'The event name is neither mapped nor left out on purpose',
  MISSING_USER: 'The row has no user_id',
  MISSING_VIDEO: 'The row has no video_id, and is no page_view',
  MISSING_TIME: 'The row has no event_time',
  BAD_TIME: 'The event_time is no instant in the configured format, or lies outside 1970 to 9999',
  BAD_POSITION: 'A position is no number, NaN, infinite or above the limit',
  BAD_NUMBER: 'The duration, the rate or the sequence is no number',
} as const;

export type RejectCode = keyof typeof rejectCodes;

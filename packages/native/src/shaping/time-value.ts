const written =
  /^(?<date>\d{4,6}-\d\d-\d\d)(?:[T ](?<minutes>\d\d:\d\d)(?::(?<seconds>\d\d)(?:\.(?<fraction>\d+))?)?)?\s*(?:Z|UTC|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * A `time` value as Cube's APIs print it: `2024-05-01T10:20:30.123`, without a zone.
 * A zone in the text is dropped, not applied: the SQL has already moved the value into the query's time zone.
 * Text that is no timestamp comes back as it is.
 */
export function formatTimeValue(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString().replace(/Z$/, '');
  if (typeof value !== 'string') return value;
  const parts = written.exec(value)?.groups;
  if (parts === undefined) return value;
  const { date, minutes = '00:00', seconds = '00', fraction = '' } = parts;
  return `${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
}

/** Any value of a driver as JSON can carry it; JSON has no 64-bit integers, so these travel as text. */
export function formatValue(value: unknown, type: string | undefined): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return value.toString();
  if (type === 'time' || value instanceof Date) return formatTimeValue(value);
  return value;
}

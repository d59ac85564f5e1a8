import type { ColumnType } from '#sql';

/** A value as it is compared: instants are BIGINT microseconds since 1970, days are text. */
export type Value = string | number | bigint | boolean | null;

/** What a cell must look like, for whoever wrote another thing. */
export const looksLike: Readonly<Record<ColumnType, string>> = {
  string: 'text',
  bigint: 'a whole number',
  integer: 'a whole number',
  double: 'a number with a decimal point, as 12.5',
  boolean: 'true or false',
  timestamp: 'an instant, as 2026-01-31T10:00:00Z',
  date: 'a day, as 2026-01-31',
  string_list: 'nothing that can be compared',
  double_pair_list: 'nothing that can be compared',
};

/** A cell of the file as a value of the column's type; undefined where it is none. `null` expects that nothing is there. */
export function parseValue(cell: string, type: ColumnType): Value | undefined {
  const text = cell.trim();
  if (text.toLowerCase() === 'null') return null;
  switch (type) {
    case 'string':
      return cell;
    case 'bigint':
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'double':
      return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? finite(Number(text)) : undefined;
    case 'boolean':
      return { true: true, false: false }[text.toLowerCase()];
    case 'timestamp':
      return instantUs(text);
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
    case 'string_list':
    case 'double_pair_list':
      return undefined;
  }
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** ISO 8601 with up to six digits behind the second; without a zone it is UTC. */
function instantUs(text: string): bigint | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (parts === null) return undefined;
  const [, day, time, digits = '', zone = 'Z'] = parts;
  const ms = Date.parse(`${day}T${time}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n + BigInt(digits.padEnd(6, '0'));
}

/** A value for people and for files. */
export function valueText(value: Value, type: ColumnType): string {
  if (value === null) return 'null';
  if (type !== 'timestamp' || typeof value !== 'bigint') return String(value);
  const ms = value >= 0n || value % 1000n === 0n ? value / 1000n : value / 1000n - 1n;
  const micros = (value - ms * 1000n).toString().padStart(3, '0');
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${micros}Z`;
}

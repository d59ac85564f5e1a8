import type { Settings } from './engine.js';
import { notSupported, SqlError, sqlState } from './sql-error.js';

/** PGlite's, which answers the catalogue: clients choose their catalogue statements by it. */
export const serverVersion = '18.6';

const fixed: Readonly<Record<string, string>> = {
  server_version: serverVersion,
  server_version_num: '180006',
  server_encoding: 'UTF8',
  integer_datetimes: 'on',
  max_identifier_length: '63',
  in_hot_standby: 'off',
  is_superuser: 'off',
  session_authorization: '',
  transaction_isolation: 'read committed',
  transaction_read_only: 'on',
  scram_iterations: '4096',
};

const initial: Readonly<Record<string, string>> = {
  application_name: '',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
  default_transaction_read_only: 'on',
  extra_float_digits: '1',
  search_path: '"$user", public',
  statement_timeout: '0',
};

/** Told to the client at the start and whenever they change. */
const reported = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'default_transaction_read_only',
  'in_hot_standby',
  'is_superuser',
  'session_authorization',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
  'scram_iterations',
  'search_path',
];

const spelling = new Map([...Object.keys(fixed), ...Object.keys(initial)].map(name => [name.toLowerCase(), name]));
const spelled = (name: string): string => spelling.get(name.toLowerCase()) ?? name.toLowerCase();
const settingsMax = 200;

/** One connection's SET and SHOW state. Settings that mean nothing here are kept, since clients ask them back. */
export class SessionSettings implements Settings {
  private readonly current = new Map<string, string>();
  private readonly start: ReadonlyMap<string, string>;
  private readonly report: (name: string, value: string) => void;

  constructor(user: string, startup: ReadonlyMap<string, string>, report: (name: string, value: string) => void) {
    this.report = () => undefined;
    for (const [name, value] of Object.entries({ ...initial, ...fixed })) this.current.set(name, value);
    this.current.set('session_authorization', user);
    for (const [name, value] of startup) {
      if (!['user', 'database', 'options', 'replication'].includes(name) && !name.startsWith('_pq_.'))
        this.set(name, value);
    }
    this.start = new Map(this.current);
    this.report = report;
  }

  get(name: string): string | undefined {
    return this.current.get(spelled(name));
  }

  set(name: string, value: string): void {
    const key = spelled(name);
    if (Object.hasOwn(fixed, key) && !key.startsWith('transaction_')) {
      throw new SqlError(sqlState.invalidParameter, `parameter "${key}" cannot be changed`);
    }
    const checked = check(key, value);
    if (!this.current.has(key) && this.current.size >= settingsMax) {
      throw new SqlError(sqlState.limitExceeded, `more than ${settingsMax} settings in one session`);
    }
    const isNew = this.current.get(key) !== checked;
    this.current.set(key, checked);
    if (isNew && reported.includes(key)) this.report(key, checked);
  }

  reset(name: string | undefined): void {
    for (const key of name === undefined ? [...this.current.keys()] : [spelled(name)]) {
      if (Object.hasOwn(fixed, key)) continue;
      const value = this.start.get(key);
      if (value === undefined) this.current.delete(key);
      else this.set(key, value);
    }
  }

  entries(): Iterable<readonly [string, string]> {
    return this.current.entries();
  }

  reportedEntries(): (readonly [string, string])[] {
    return reported.map(name => [name, this.current.get(name) ?? ''] as const);
  }
}

function check(name: string, value: string): string {
  switch (name) {
    case 'client_encoding': {
      const encoding = value.replaceAll(/[-_']/g, '').toUpperCase();
      if (encoding === 'UTF8' || encoding === 'UNICODE') return 'UTF8';
      throw notSupported(`client_encoding "${value}" is not supported`, 'Use UTF8.');
    }
    case 'TimeZone':
      return timeZone(value);
    case 'DateStyle':
      if (/^iso\b/i.test(value)) return 'ISO, MDY';
      throw notSupported(`DateStyle "${value}" is not supported`, 'Use ISO.');
    case 'statement_timeout': {
      const match = /^(\d+)\s*(ms|s|min)?$/.exec(value.trim());
      if (match === null)
        throw new SqlError(sqlState.invalidParameter, `invalid value for "statement_timeout": "${value}"`);
      const unitMs = match[2] === 'min' ? 60_000 : match[2] === 's' ? 1000 : 1;
      return String(Number(match[1]) * unitMs);
    }
    default:
      return value;
  }
}

/** Cube computes in IANA zones; abbreviations and offsets that are no such zone are refused rather than guessed. */
function timeZone(value: string): string {
  const name = /^(default|local|gmt|z|utc|etc\/utc)$/i.test(value) ? 'UTC' : value;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone === 'UTC' ? 'UTC' : name;
  } catch {
    throw new SqlError(sqlState.invalidParameter, `invalid value for parameter "TimeZone": "${value}"`, {
      hint: 'Use a name such as Europe/Berlin.',
    });
  }
}

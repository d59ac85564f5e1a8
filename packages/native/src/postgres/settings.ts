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

export interface SettingsMark {
  readonly current: ReadonlyMap<string, string>;
  readonly hidden: ReadonlyMap<string, string | undefined>;
}

/** One connection's SET and SHOW state. Settings that mean nothing here are kept, since clients ask them back. */
export class SessionSettings implements Settings {
  private current: ReadonlyMap<string, string>;
  /** What SET LOCAL has hidden until the transaction ends. */
  private hidden: ReadonlyMap<string, string | undefined> = new Map();
  private readonly start: ReadonlyMap<string, string>;
  private told: ReadonlyMap<string, string>;

  constructor(user: string, startup: ReadonlyMap<string, string>) {
    this.current = new Map(Object.entries({ ...initial, ...fixed, session_authorization: user }));
    for (const [name, value] of startup) {
      if (!['user', 'database', 'options', 'replication'].includes(name) && !name.startsWith('_pq_.'))
        this.set(name, value);
    }
    this.start = this.current;
    this.told = this.current;
  }

  get(name: string): string | undefined {
    return this.current.get(spelled(name));
  }

  set(name: string, value: string): void {
    const { key, checked } = this.checkedOf(name, value);
    this.hidden = without(this.hidden, key);
    this.put(key, checked);
  }

  setLocal(name: string, value: string): void {
    const { key, checked } = this.checkedOf(name, value);
    if (!this.hidden.has(key)) this.hidden = new Map(this.hidden).set(key, this.current.get(key));
    this.put(key, checked);
  }

  reset(name: string | undefined): void {
    for (const key of name === undefined ? [...this.current.keys()] : [spelled(name)]) {
      if (Object.hasOwn(fixed, key)) continue;
      this.hidden = without(this.hidden, key);
      this.put(key, this.start.get(key));
    }
  }

  /** The state to which a rollback goes back. */
  mark(): SettingsMark {
    return { current: this.current, hidden: this.hidden };
  }

  restore({ current, hidden }: SettingsMark): void {
    const changed = new Set([...this.current.keys(), ...current.keys()]);
    for (const key of changed) this.put(key, current.get(key));
    this.hidden = hidden;
  }

  /** The transaction ends well: what SET LOCAL has set goes. */
  endLocal(): void {
    for (const [key, value] of this.hidden) this.put(key, value);
    this.hidden = new Map();
  }

  entries(): Iterable<readonly [string, string]> {
    return this.current.entries();
  }

  reportedEntries(): (readonly [string, string])[] {
    return reported.map(name => [name, this.current.get(name) ?? ''] as const);
  }

  /** What a client must be told: reported settings that differ from what it was told last. */
  takeChanges(): (readonly [string, string])[] {
    const changes = this.reportedEntries().filter(([name, value]) => this.told.get(name) !== value);
    this.told = this.current;
    return changes;
  }

  /** As `SHOW` heads its column. */
  nameOf(name: string): string {
    return spelled(name);
  }

  private checkedOf(name: string, value: string): { key: string; checked: string } {
    const key = spelled(name);
    if (Object.hasOwn(fixed, key) && !key.startsWith('transaction_')) {
      throw new SqlError(sqlState.invalidParameter, `parameter "${key}" cannot be changed`);
    }
    if (!this.current.has(key) && this.current.size >= settingsMax) {
      throw new SqlError(sqlState.limitExceeded, `more than ${settingsMax} settings in one session`);
    }
    return { key, checked: check(key, value) };
  }

  /** Marks keep the map as it was, so a change makes a new one. */
  private put(key: string, value: string | undefined): void {
    if (this.current.get(key) === value) return;
    this.current = value === undefined ? without(this.current, key) : new Map(this.current).set(key, value);
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
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

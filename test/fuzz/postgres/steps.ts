import fc from 'fast-check';
import { frontend } from '../../../packages/native/test/wire-client.js';

/** One message of a client, as a person would write it down. */
export type Step =
  | { readonly do: 'query'; readonly sql: string }
  | { readonly do: 'parse'; readonly name: string; readonly sql: string }
  | {
      readonly do: 'bind';
      readonly portal: string;
      readonly statement: string;
      readonly values: readonly (string | null)[];
      readonly resultFormats: readonly number[];
    }
  | { readonly do: 'describe' | 'close'; readonly kind: 'S' | 'P'; readonly name: string }
  | { readonly do: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly do: 'flush' | 'sync' };

export function bytesOf(step: Step): Buffer {
  switch (step.do) {
    case 'query':
      return frontend.query(step.sql);
    case 'parse':
      return frontend.parse(step.sql, step.name);
    case 'bind':
      return frontend.bind(step);
    case 'describe':
      return frontend.describe(step.kind, step.name);
    case 'close':
      return frontend.close(step.kind, step.name);
    case 'execute':
      return frontend.execute(step.portal, step.maxRows);
    case 'flush':
      return frontend.flush();
    case 'sync':
      return frontend.sync();
  }
}

/** Statements that need no tables. An error comes at the first row or before there is any: we answer all or nothing. */
const rows = [
  'select 1',
  "select 'ä' as a, null::int as b, true as c, 1.5::float8 as d, 12.50::numeric as e, date '2024-02-29' as f",
  'select generate_series(1, 5) as n',
  'select 1 as none where false',
  'values (1, null), (2, 3)',
  'select $1::int as p',
  'select $1::text as t, $2::int8 as i',
  'select 1 / (n - 1) as q from generate_series(1, 2) as n',
  'show application_name',
  'show TimeZone',
  'fetch 2 from c',
  'fetch backward all from h',
  'fetch all from h',
];
const commands = [
  '',
  'begin',
  'start transaction',
  'commit',
  'rollback',
  'savepoint a',
  'rollback to savepoint a',
  'release savepoint a',
  'declare c cursor for select generate_series(1, 5) as n',
  'declare h scroll cursor with hold for values (1), (2), (3)',
  'move 1 in h',
  'close c',
  'close all',
  "set application_name = 'fuzz'",
  "set TimeZone = 'Europe/Berlin'",
  'reset all',
  'discard all',
  'deallocate s1',
  'deallocate all',
  'selec 1',
  'select nope',
  'select nope(1)',
];
const several = [
  'select 1; select 2',
  'select 1; select 1 / (n - 1) from generate_series(1, 2) as n; select 3',
  'begin; select 1',
  'select 1; begin; select 2',
  'commit; select 1',
  'begin; select nope; select 1',
  'select 1; commit; select nope',
  ';;',
  'savepoint b; select 1',
  'begin; declare c cursor for values (1), (2); fetch 1 from c',
  "set application_name = 'three'; show application_name",
];

const sql = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...rows) },
  { weight: 2, arbitrary: fc.constantFrom(...commands) },
);
const statementName = fc.constantFrom('', 's1', 's2');
const portalName = fc.constantFrom('', 'p1', 'p2');
const maxRows = fc.constantFrom(0, 0, 1, 2, 5, 6);
const values = fc.oneof(
  { weight: 3, arbitrary: fc.constant<(string | null)[]>([]) },
  fc.array(fc.constantFrom('7', '-1', null), { minLength: 1, maxLength: 2 }),
);
const resultFormats = fc.constantFrom<number[]>([], [], [0], [1], [1, 0]);

/** Parse, Bind, Describe and Execute as drivers send them, so that random orders get somewhere. */
const asDrivers: fc.Arbitrary<Step[]> = fc
  .record({ sql, statement: statementName, portal: portalName, values, resultFormats, maxRows, again: fc.boolean() })
  .map(({ sql, statement, portal, values, resultFormats, maxRows, again }) => [
    { do: 'parse', name: statement, sql },
    {
      do: 'bind',
      portal,
      statement,
      values: /\$2/.test(sql) ? ['x', '8'] : /\$1/.test(sql) ? ['7'] : values,
      resultFormats,
    },
    { do: 'describe', kind: 'P', name: portal },
    { do: 'execute', portal, maxRows },
    ...(again ? [{ do: 'execute', portal, maxRows } as const] : []),
  ]);

const alone: fc.Arbitrary<Step[]> = fc
  .oneof<fc.Arbitrary<Step>[]>(
    fc.record({ do: fc.constant('query' as const), sql: fc.oneof(sql, fc.constantFrom(...several)) }),
    fc.record({
      do: fc.constant('parse' as const),
      name: statementName,
      sql: fc.oneof(sql, fc.constant('select 1; select 2')),
    }),
    fc.record({
      do: fc.constant('bind' as const),
      portal: portalName,
      statement: statementName,
      values,
      resultFormats,
    }),
    fc.record({
      do: fc.constantFrom('describe' as const, 'close' as const),
      kind: fc.constantFrom('S' as const, 'P' as const),
      name: fc.oneof(statementName, portalName),
    }),
    fc.record({ do: fc.constant('execute' as const), portal: portalName, maxRows }),
    fc.record({ do: fc.constantFrom('flush' as const, 'sync' as const, 'sync' as const) }),
  )
  .map(step => [step]);

export const conversations: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.oneof({ weight: 1, arbitrary: asDrivers }, { weight: 2, arbitrary: alone }), {
    minLength: 1,
    maxLength: 12,
  })
  .map(parts => parts.flat());

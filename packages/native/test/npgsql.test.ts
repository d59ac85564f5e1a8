import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTinyCube, type TinyCube } from './tiny-cube.js';
import { columnsOf, errorFields, frontend, type Reply, rowValues, tell, WireClient } from './wire-client.js';

/** Npgsql, the driver of Power BI, cannot be had from npm: what it sends, byte for byte in its order. */
let cube: TinyCube;
let client: WireClient;

beforeAll(async () => {
  cube = await startTinyCube();
});
afterAll(() => cube?.close());
afterEach(() => client?.end());

const open = async (): Promise<WireClient> => {
  client = await WireClient.login(cube.sqlPort, 'ldap', 'right');
  return client;
};

const types = (replies: readonly Reply[]): string => replies.map(({ type }) => type).join('');

/** A command as Npgsql sends it: everything in binary, and Describe of the portal. */
const command = (sql: string, values: readonly (Buffer | string | null)[] = [], oids: readonly number[] = []): Buffer =>
  Buffer.concat([
    frontend.parse(sql, '', oids),
    frontend.bind({ values, parameterFormats: values.length === 0 ? [] : [1], resultFormats: [1] }),
    frontend.describe('P'),
    frontend.execute(),
  ]);

const parameterStatus = (replies: readonly Reply[]): Map<string, string> =>
  new Map(
    replies
      .filter(({ type }) => type === 'S')
      .map(({ body }) => {
        const [name = '', value = ''] = body.toString('utf8').split('\0');
        return [name, value];
      }),
  );

test('the greeting has what Npgsql reads before anything else', async () => {
  const said = parameterStatus((await open()).greeting);
  expect(said.get('server_version')).toMatch(/^\d+\.\d+$/);
  expect([said.get('integer_datetimes'), said.get('standard_conforming_strings')]).toEqual(['on', 'on']);
  expect(said.get('client_encoding')).toBe('UTF8');
});

/** The question for types of Npgsql 4 to 8, in our own words: base types, arrays, ranges and domains with their elements. */
const loadTypes = `
SELECT version();

SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid
FROM (
  SELECT typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind,
    elemtyp.oid AS elemtypoid, elemtyp.typname AS elemtypname, elemcls.relkind AS elemrelkind,
    CASE WHEN elemproc.proname = 'array_recv' THEN 'a' ELSE elemtyp.typtype END AS elemtyptype
  FROM (
    SELECT typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem AS elemoid,
      CASE WHEN proc.proname = 'array_recv' THEN 'a' ELSE typ.typtype END AS typtype,
      CASE
        WHEN proc.proname = 'array_recv' THEN typ.typelem
        WHEN typ.typtype = 'r' THEN rngsubtype
        WHEN typ.typtype = 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = typ.oid)
        WHEN typ.typtype = 'd' THEN typ.typbasetype
      END AS elemtypoid
    FROM pg_type AS typ
    LEFT JOIN pg_class AS cls ON (cls.oid = typ.typrelid)
    LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive
    LEFT JOIN pg_range ON (pg_range.rngtypid = typ.oid)
  ) AS typ
  LEFT JOIN pg_type AS elemtyp ON elemtyp.oid = elemtypoid
  LEFT JOIN pg_class AS elemcls ON (elemcls.oid = elemtyp.typrelid)
  LEFT JOIN pg_proc AS elemproc ON elemproc.oid = elemtyp.typreceive
) AS t
JOIN pg_namespace AS ns ON (ns.oid = typnamespace)
WHERE typtype IN ('b', 'r', 'm', 'e', 'd') OR (typtype = 'c' AND relkind = 'c') OR (typtype = 'p' AND typname IN ('record', 'void'))
  OR (typtype = 'a' AND (elemtyptype IN ('b', 'r', 'm', 'e', 'd') OR (elemtyptype = 'p' AND elemtypname IN ('record', 'void')) OR (elemtyptype = 'c' AND elemrelkind = 'c')))
ORDER BY CASE WHEN typtype IN ('b', 'e', 'p') THEN 0 WHEN typtype = 'r' THEN 1 WHEN typtype = 'm' THEN 2 WHEN typtype = 'c' THEN 3
  WHEN typtype = 'd' AND elemtyptype <> 'a' THEN 4 WHEN typtype = 'a' THEN 5 WHEN typtype = 'd' AND elemtyptype = 'a' THEN 6 END;

SELECT typ.oid, att.attname, att.atttypid
FROM pg_type AS typ
JOIN pg_namespace AS ns ON (ns.oid = typ.typnamespace)
JOIN pg_class AS cls ON (cls.oid = typ.typrelid)
JOIN pg_attribute AS att ON (att.attrelid = typ.typrelid)
WHERE (typ.typtype = 'c' AND cls.relkind = 'c') AND attnum > 0 AND NOT attisdropped
ORDER BY typ.oid, att.attnum;

SELECT pg_type.oid, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid ORDER BY oid, enumsortorder;
`;

test('it loads its types in one simple query of four statements', async () => {
  const wire = await open();
  wire.send(frontend.query(loadTypes));
  const replies = await wire.ready();
  expect(types(replies)).toMatch(/^TDCTD{100,}CTD*CTD*CZ$/);
  const rows = replies.filter(({ type }) => type === 'D').map(row => rowValues(row).map(value => value?.toString()));
  const known = new Map(rows.map(([, oid, name, kind, , element]) => [name, { oid, kind, element }]));
  for (const [name, oid] of Object.entries({ bool: '16', int8: '20', text: '25', float8: '701', timestamp: '1114' })) {
    expect(known.get(name), name).toMatchObject({ oid, kind: 'b' });
    expect(known.get(`_${name}`), name).toMatchObject({ kind: 'a', element: oid });
  }
  // Elements come before what is made of them, or Npgsql does not know what to make.
  const names = rows.map(([, , name]) => name);
  expect(names.indexOf('_int4')).toBeGreaterThan(names.indexOf('int4'));
});

test('a batch with an error in its middle: what came before is answered, the rest passed over up to the one Sync', async () => {
  const wire = await open();
  const sum = 'select sum(total_amount) as a, count(*) as n, max(created_at) as at from orders where is_first = $1';
  wire.send(
    command('select device, count(*) from orders group by 1 order by 1'),
    command(sum, [Buffer.from([1])], [16]),
    command('select nope from orders'),
    command('select count(*) from orders'),
    command('select still_nope from orders'),
    frontend.sync(),
    command('select count(*) from orders'),
    frontend.sync(),
  );
  const replies = await wire.ready();
  expect(types(replies)).toBe('12TDDDC12TDCEZ');
  expect(replies.filter(({ type }) => type === 'E').map(reply => errorFields(reply)['C'])).toEqual(['42703']);
  const [, , , , , , , , , described, row] = replies;
  expect(described === undefined ? [] : columnsOf(described)).toEqual([
    { name: 'a', oid: 701, size: 8, format: 1 },
    { name: 'n', oid: 20, size: 8, format: 1 },
    { name: 'at', oid: 1114, size: 8, format: 1 },
  ]);
  const [amount, count, at] = row === undefined ? [] : rowValues(row);
  const microseconds = BigInt(Date.UTC(2024, 2, 10, 23, 59, 59, 999) - Date.UTC(2000, 0, 1)) * 1000n;
  expect([amount?.readDoubleBE(), count?.readBigInt64BE(), at?.readBigInt64BE()]).toEqual([17.5, 2n, microseconds]);
  expect((await wire.ready()).map(tell)).toEqual([
    '1',
    '2',
    'T count:20/8 binary',
    'D 0000000000000004',
    'C SELECT 1',
    'Z I',
  ]);
});

test('DISCARD ALL in front of the next command gives a pooled connection back as new', async () => {
  const wire = await open();
  wire.send(
    frontend.query("set TimeZone = 'Europe/Berlin'"),
    frontend.query('declare c cursor with hold for select 1'),
    frontend.parse('select 1', 'kept'),
    frontend.sync(),
  );
  for (const _ of [1, 2, 3]) await wire.ready();
  wire.send(frontend.query('DISCARD ALL'), command('select count(*) from orders'), frontend.sync());
  const discarded = await wire.ready();
  expect(discarded.map(tell)).toEqual(['C DISCARD ALL', 'S TimeZone UTC', 'Z I']);
  expect(types(await wire.ready())).toBe('12TDCZ');
  wire.send(frontend.query('fetch 1 from c'), frontend.describe('S', 'kept'), frontend.sync());
  expect((await wire.ready()).map(tell)).toEqual(['E ERROR 34000', 'Z I']);
  expect((await wire.ready()).map(tell)).toEqual(['E ERROR 26000', 'Z I']);
});

test('with prepared statements it resets by a list of statements, and keeps them', async () => {
  const wire = await open();
  wire.send(frontend.parse('select count(*) from orders', '_p1'), frontend.describe('S', '_p1'), frontend.sync());
  expect((await wire.ready()).map(tell)).toEqual(['1', 't ', 'T count:20/8', 'Z I']);
  const reset =
    'SET SESSION AUTHORIZATION DEFAULT;RESET ALL;CLOSE ALL;UNLISTEN *;SELECT pg_advisory_unlock_all();DISCARD SEQUENCES;DISCARD TEMP';
  wire.send(
    frontend.query(reset),
    frontend.bind({ statement: '_p1', resultFormats: [1] }),
    frontend.execute(),
    frontend.sync(),
  );
  const replies = await wire.ready();
  expect(replies.filter(({ type }) => type === 'E').map(reply => errorFields(reply))).toEqual([]);
  expect(types(replies)).toBe('CCCCTDCCCZ');
  expect((await wire.ready()).map(tell)).toEqual(['2', 'D 0000000000000004', 'C SELECT 1', 'Z I']);
});

test('SchemaOnly asks for the columns of a statement without running it', async () => {
  const wire = await open();
  wire.send(frontend.parse('select * from sales where device = $1'), frontend.describe('S'), frontend.sync());
  expect((await wire.ready()).map(tell)).toEqual([
    '1',
    't 25',
    'T device:25/-1, created_at:1114/8, total_amount:701/8, count:20/8',
    'Z I',
  ]);
});

test('binary results of the types that catalogue questions have', async () => {
  const wire = await open();
  wire.send(
    command(
      `select 'a'::name, 'b'::"char", 7::oid, '1 2'::int2vector, true, 12.50::numeric, date '2000-01-02', timestamptz '2000-01-01 00:00:01+00'`,
    ),
    frontend.sync(),
  );
  const replies = await wire.ready();
  expect(replies.map(tell).slice(-3)).toEqual([
    `D ${[
      ...['a', 'b', '00000007', '0000000100000000000000150000000200000000000000020001000000020002'],
      ...['01', '0002000000000002000c1388', '00000001', '00000000000f4240'],
    ].join(', ')}`,
    'C SELECT 1',
    'Z I',
  ]);
});

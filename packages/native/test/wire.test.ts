import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { serialize } from 'pg-protocol';
import { describe, expect, test } from 'vitest';
import { FrontendStream } from '../src/postgres/frontend.js';
import { ScramExchange } from '../src/postgres/scram.js';
import { SessionSettings } from '../src/postgres/settings.js';
import { decodeParameter, encodeValue, type PgType } from '../src/postgres/types.js';

const started = (): FrontendStream => {
  const stream = new FrontendStream(1000);
  stream.push(serialize.startup({ user: 'u', database: 'd' }));
  expect(stream.nextStartup()).toMatchObject({
    type: 'startup',
    parameters: new Map([
      ['user', 'u'],
      ['database', 'd'],
      ['client_encoding', 'UTF8'],
    ]),
  });
  return stream;
};

describe('messages', () => {
  test('half a message waits for its rest, byte by byte', () => {
    const stream = started();
    const bytes = serialize.query('select 1');
    for (const byte of bytes.subarray(0, -1)) {
      stream.push(Buffer.from([byte]));
      expect(stream.next()).toBeUndefined();
    }
    stream.push(bytes.subarray(-1));
    expect(stream.next()).toEqual({ type: 'query', text: 'select 1' });
    expect(stream.waiting).toBe(0);
  });

  test('a pipeline is cut into its messages', () => {
    const stream = started();
    stream.push(
      Buffer.concat([
        serialize.parse({ name: 's', text: 'select $1', types: [20] }),
        serialize.bind({ portal: 'p', statement: 's', values: ['7', null] }),
        serialize.describe({ type: 'P', name: 'p' }),
        serialize.execute({ portal: 'p', rows: 5 }),
        serialize.sync(),
      ]),
    );
    expect([1, 2, 3, 4, 5].map(() => stream.next())).toEqual([
      { type: 'parse', name: 's', text: 'select $1', parameterOids: [20] },
      {
        type: 'bind',
        portal: 'p',
        statement: 's',
        parameterFormats: [0, 0],
        parameters: [Buffer.from('7'), null],
        resultFormats: [0],
      },
      { type: 'describe', kind: 'portal', name: 'p' },
      { type: 'execute', portal: 'p', maxRows: 5 },
      { type: 'sync' },
    ]);
  });

  test.each([
    ['a message above the limit', Buffer.from([0x51, 0, 0, 8, 0]), '54000'],
    ['a length below 4', Buffer.from([0x51, 0, 0, 0, 3]), '08P01'],
    ['an unknown type', Buffer.from([0x21, 0, 0, 0, 4]), '08P01'],
  ])('%s ends the stream', (_, bytes, state) => {
    const stream = started();
    stream.push(bytes);
    expect(() => stream.next()).toThrow(expect.objectContaining({ state }));
  });

  test.each([
    ['a string without end', Buffer.from([0x51, 0, 0, 0, 5, 65]), '08P01'],
    ['a count larger than the message', Buffer.from([0x50, 0, 0, 0, 8, 0, 0, 0x7f, 0xff]), '08P01'],
    ['more after its end', Buffer.from([0x51, 0, 0, 0, 7, 65, 0, 66]), '08P01'],
    ['half a character', Buffer.from([0x51, 0, 0, 0, 6, 0xc3, 0]), '22021'],
  ])('a message with %s is wrong, and the next is read', (_, bytes, state) => {
    const stream = started();
    stream.push(Buffer.concat([bytes, serialize.sync()]));
    expect(stream.next()).toMatchObject({ type: 'wrong', error: { state } });
    expect(stream.next()).toEqual({ type: 'sync' });
  });

  test('a start-up packet of another protocol or of too many bytes is refused', () => {
    const old = new FrontendStream(1000);
    old.push(Buffer.from([0, 0, 0, 8, 0, 2, 0, 0]));
    expect(() => old.nextStartup()).toThrow('unsupported frontend protocol 2.0');
    const large = new FrontendStream(1_000_000);
    large.push(Buffer.from([0, 1, 0, 0]));
    expect(() => large.nextStartup()).toThrow('exceeds the limit');
  });
});

describe('SCRAM-SHA-256', () => {
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

  function answer(exchange: ScramExchange, password: string): string | undefined {
    const bare = 'n=,r=client';
    const first = exchange.first(`n,,${bare}`);
    const [, nonce, salt = '', iterations] = /^r=(.*),s=(.*),i=(.*)$/.exec(first) ?? [];
    const final = `c=biws,r=${nonce}`;
    const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), `${bare},${first},${final}`);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    return exchange.final(`${final},p=${proof.toString('base64')}`);
  }

  test('the right password is answered with a signature, a wrong one with nothing', () => {
    expect(answer(new ScramExchange('secret'), 'secret')).toMatch(/^v=/);
    expect(answer(new ScramExchange('secret'), 'Secret')).toBeUndefined();
  });

  test('channel binding and foreign nonces are refused', () => {
    expect(() => new ScramExchange('x').first('p=tls-unique,,n=,r=abc')).toThrow('malformed');
    const exchange = new ScramExchange('x');
    exchange.first('n,,n=,r=abc');
    expect(() => exchange.final('c=biws,r=other,p=AAAA')).toThrow('nonce');
  });
});

describe('values', () => {
  const texts: [PgType, unknown, string][] = [
    ['int8', '12', '12'],
    ['int8', '12.0', '12'],
    ['float8', '0.1', '0.1'],
    ['float8', 1e21, '1e+21'],
    ['float8', '1e15', '1e+15'],
    ['float8', 0.00001, '1e-05'],
    ['float8', 'inf', 'Infinity'],
    ['bool', true, 't'],
    ['bool', 'false', 'f'],
    ['timestamp', '2024-05-01T10:20:30.120', '2024-05-01 10:20:30.12'],
    ['timestamp', '2024-05-01T00:00:00.000', '2024-05-01 00:00:00'],
    ['text', 'ä', 'ä'],
  ];
  test.each(texts)('%s %s is the text %s', (type, value, text) => {
    expect(encodeValue(value, type, [], 0)?.toString()).toBe(text);
  });

  test('binary values are what Postgres sends', () => {
    expect(encodeValue('-2', 'int8', [1], 0)?.readBigInt64BE()).toBe(-2n);
    expect(encodeValue('1.5', 'float8', [1], 3)?.readDoubleBE()).toBe(1.5);
    expect(encodeValue('2000-01-01T00:00:01.000', 'timestamp', [1], 0)?.readBigInt64BE()).toBe(1_000_000n);
    expect(encodeValue(null, 'text', [1], 0)).toBeNull();
  });

  test('a fraction in a count is an error, not rounded away', () => {
    expect(() => encodeValue('1.5', 'int8', [], 0)).toThrow('bigint');
  });

  test('binary parameters are read by their type', () => {
    const microseconds = Buffer.alloc(8);
    microseconds.writeBigInt64BE(1_500_001n);
    expect(decodeParameter(microseconds, 1, 1114)).toBe('2000-01-01T00:00:01.500001');
    expect(decodeParameter(Buffer.from([0, 7]), 1, 21)).toBe(7);
    expect(() => decodeParameter(Buffer.from([1]), 1, 3802)).toThrow('not supported');
  });
});

describe('settings', () => {
  test('changes of reported settings are told, unknown zones refused', () => {
    const settings = new SessionSettings('u', new Map([['application_name', 'psql']]));
    settings.set('timezone', 'Europe/Berlin');
    settings.set('extra_float_digits', '3');
    expect(settings.takeChanges()).toEqual([['TimeZone', 'Europe/Berlin']]);
    expect(settings.takeChanges()).toEqual([]);
    expect(() => settings.set('TimeZone', 'Mars/Base')).toThrow('TimeZone');
    expect(() => settings.set('server_version', '9')).toThrow('cannot be changed');
    settings.reset(undefined);
    expect(settings.get('TIMEZONE')).toBe('UTC');
    expect(settings.get('application_name')).toBe('psql');
  });
});

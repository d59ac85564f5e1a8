import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, it } from 'vitest';
import { configSchema } from '#config';
import { sqlCredentials } from '../../src/cube/sql-users.js';

const salt = Buffer.from('salt of this test');
const salted = pbkdf2Sync('long-password', salt, 4096, 32, 'sha256');
const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
const verifier = `SCRAM-SHA-256$4096:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`;
const config = configSchema.parse({
  secrets: {
    sql_users: [
      { user: 'ada', password: 'clear', role: 'admin' },
      { user: 'acme', password: verifier, tenant: 'acme' },
    ],
  },
});

it('the first user is an analyst, and under the password that everybody knows what callers without a token are', () => {
  const first = (given: object) => sqlCredentials(configSchema.parse(given), 'playhead', null);
  const known = { password: 'playhead', skipPasswordCheck: false };
  expect(first({})).toEqual({ ...known, securityContext: { role: 'admin' } });
  expect(first({ access: { without_token: 'service' } })).toEqual({ ...known, securityContext: { role: 'service' } });
  const own = { ...known, password: 'another-password' };
  expect(first({ secrets: { sql_password: own.password } })).toEqual({ ...own, securityContext: { role: 'analyst' } });
});

it('a user has the role and tenant of the configuration', () => {
  expect(sqlCredentials(config, 'ada', null)).toMatchObject({ password: 'clear', securityContext: { role: 'admin' } });
  expect(() => sqlCredentials(config, 'nobody', 'clear')).toThrow('password authentication failed');
  expect(() => sqlCredentials(config, null, null)).toThrow('password authentication failed');
});

it('a verifier lets in who sends its password, and nobody else', () => {
  const asked = (sent: string | null) => sqlCredentials(config, 'acme', sent);
  expect(asked('long-password')).toEqual({
    password: null,
    skipPasswordCheck: true,
    securityContext: { role: 'analyst', tenant: 'acme' },
  });
  for (const sent of [null, '', 'another-password', verifier]) {
    expect(asked(sent)).toMatchObject({ password: null, skipPasswordCheck: false });
  }
});

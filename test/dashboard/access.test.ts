import { expect, it } from 'vitest';
import { authorization, holdAccess, isToken, roleOf, trimToken } from '../../src/dashboard/app/access.js';

/** A tab's storage that shows what is kept. */
function tab(kept = new Map<string, string>()) {
  const access = holdAccess({
    getItem: name => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: name => void kept.delete(name),
  });
  return { access, kept };
}

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

it('takes up the token of the tab after a reload', () => {
  const before = tab();
  before.access.signIn('a.b.c');
  const { access } = tab(before.kept);
  expect(access.now()).toEqual({ state: 'open', token: 'a.b.c' });
  expect(authorization(access.token())).toEqual({ authorization: 'Bearer a.b.c' });
});

it('forgets a token that the gateway refuses, and says why to whoever listens', () => {
  const { access, kept } = tab();
  access.signIn('a.b.c');
  const seen: unknown[] = [];
  access.onChange(() => seen.push(access.now()));
  access.refused('a.b.c', 'the token has expired');
  expect(seen).toEqual([{ state: 'refused', because: 'the token has expired' }]);
  expect(kept.size).toBe(0);
});

it('does not forget a new token over the late refusal of the one before', () => {
  const { access } = tab();
  access.signIn('new.to.ken');
  access.refused(undefined, 'the request carries no token');
  expect(access.now()).toEqual({ state: 'open', token: 'new.to.ken' });
});

it('leaves nothing behind on signing out', () => {
  const { access, kept } = tab();
  access.signIn('a.b.c');
  access.signOut();
  expect([access.now(), kept.size]).toEqual([{ state: 'open', token: undefined }, 0]);
  expect(authorization(access.token())).toEqual({});
});

it('takes what people paste', () => {
  expect(trimToken('  Bearer a-1.b_2.c \n')).toBe('a-1.b_2.c');
  const pasted = ['a.b.c', 'a.b', 'a.b.c d', '', `${'a'.repeat(5000)}.b.c`];
  expect(pasted.map(isToken)).toEqual([true, false, false, false, false]);
});

it('reads the role that a token claims, and none from what is no token', () => {
  const tokens = [token({ role: 'admin' }), token({ sub: 'ünï' }), 'a.b.c', undefined];
  expect(tokens.map(roleOf)).toEqual(['admin', 'analyst', undefined, undefined]);
});

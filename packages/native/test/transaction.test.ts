import { beforeEach, expect, test } from 'vitest';
import type { Cursor } from '../src/postgres/engine.js';
import { SessionSettings } from '../src/postgres/settings.js';
import { Transaction } from '../src/postgres/transaction.js';

let settings: SessionSettings;
let cursors: Map<string, Cursor>;
let portals: Map<string, unknown>;
let warned: string[];
let transaction: Transaction;

beforeEach(() => {
  settings = new SessionSettings('u', new Map());
  cursors = new Map();
  portals = new Map();
  warned = [];
  transaction = new Transaction({ settings, cursors, portals, warn: state => warned.push(state) });
  transaction.open();
});

const cursor = (isHeld: boolean): Cursor => ({ fields: [], isHeld, close: () => undefined });

test('ROLLBACK takes back settings and cursors, COMMIT keeps them', () => {
  transaction.begin();
  settings.set('application_name', 'x');
  cursors.set('held', cursor(true));
  transaction.rollback();
  expect([transaction.state, settings.get('application_name'), cursors.size]).toEqual(['I', '', 0]);

  transaction.open();
  transaction.begin();
  settings.set('application_name', 'x');
  settings.setLocal('TimeZone', 'Europe/Berlin');
  cursors.set('held', cursor(true)).set('other', cursor(false));
  portals.set('p', {});
  expect(transaction.commit()).toBe(true);
  expect([settings.get('application_name'), settings.get('TimeZone')]).toEqual(['x', 'UTC']);
  expect([[...cursors.keys()], portals.size, warned]).toEqual([['held'], 0, []]);
});

test('a failed statement takes its settings back at once, a savepoint heals', () => {
  transaction.begin();
  settings.set('application_name', 'before');
  transaction.savepoint('a');
  settings.set('application_name', 'after');
  cursors.set('c', cursor(false));
  transaction.fail();
  expect([transaction.state, settings.get('application_name')]).toEqual(['E', 'before']);
  transaction.rollbackTo('a');
  expect([transaction.state, cursors.size]).toEqual(['T', 0]);
  transaction.release('a');
  expect(() => transaction.rollbackTo('a')).toThrow(expect.objectContaining({ state: '3B001' }));
  transaction.fail();
  expect(transaction.commit()).toBe(false);
});

test('savepoints need a transaction, and COMMIT without one only warns', () => {
  for (const act of ['savepoint', 'release', 'rollbackTo'] as const) {
    expect(() => transaction[act]('a')).toThrow(expect.objectContaining({ state: '25P01' }));
  }
  transaction.commit();
  transaction.open();
  transaction.begin();
  transaction.begin();
  expect(warned).toEqual(['25P01', '25001']);
});

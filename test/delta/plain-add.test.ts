import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommit } from '../../src/delta/actions.js';
import { plainAdd } from '../../src/delta/plain-add.js';

const member = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.constant(null),
  fc.boolean(),
  fc.constant({}),
  fc.constant(['a']),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constant(null), fc.integer())),
);
const often = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: member });
const addAction = fc.record(
  {
    path: often(fc.string()),
    partitionValues: often(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constant(null)))),
    size: often(fc.nat()),
    modificationTime: often(fc.nat()),
    dataChange: often(fc.boolean()),
    stats: often(fc.string()),
    tags: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, member),
    baseRowId: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, member),
  },
  { requiredKeys: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange'] },
);

test('what is taken without its schema is what the schema gives: the same words with a member more go through it', () => {
  let taken = 0;
  fc.assert(
    fc.property(addAction, given => {
      const add = JSON.parse(JSON.stringify(given));
      const quick = plainAdd({ add });
      if (quick === undefined) return;
      taken += 1;
      // A second kind of action in the line makes the schema judge all of it.
      const judged = parseCommit(JSON.stringify({ add, domainMetadata: domain }), 'x');
      expect(judged[0]?.add).toEqual(quick);
    }),
    { seed: 5, numRuns: 2_000 },
  );
  expect(taken).toBeGreaterThan(200);
});

test.each([
  ['another action', { remove: { path: 'a' } }],
  ['two kinds of action', { add: file(), txn: { appId: 'a', version: 1 } }],
  ['a deletion vector', { add: { ...file(), deletionVector: { storageType: 'u' } } }],
  ['a size below zero', { add: { ...file(), size: -1 } }],
  ['a size beyond a double', { add: { ...file(), size: 2n ** 60n } }],
  ['a member that is not known', { add: { ...file(), somethingNew: 1 } }],
])('%s is left to the schema', (_, action) => {
  expect(plainAdd(action)).toBeUndefined();
  expect(plainAdd({ add: file() })).toBeDefined();
});

const domain = { domain: 'd', configuration: '{}', removed: false };

function file() {
  return { path: 'a.parquet', partitionValues: { day: null }, size: 1n, modificationTime: 2, dataChange: true };
}

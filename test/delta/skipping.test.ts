import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeltaType, mayMatch, type Predicate, type PredicateValue, type StructType } from '#delta';
import { readDeltaTable } from '#warehouse';

const schemaOf = (type: DeltaType, metadata: Record<string, unknown> = {}): StructType => ({
  type: 'struct',
  fields: [{ name: 'c', type, nullable: true, metadata }],
});

/** Whether a file with these bounds, as JSON text, may hold a matching row. */
const may = (
  type: DeltaType,
  min: string,
  max: string,
  op: '=' | '<>' | '<' | '<=' | '>' | '>=',
  value: PredicateValue,
) =>
  mayMatch(
    {
      partitionValues: {},
      stats: `{"numRecords":2,"minValues":{"c":${min}},"maxValues":{"c":${max}},"nullCount":{"c":0}}`,
    },
    { op, column: 'c', value },
    schemaOf(type),
  );

const mayOf = (stats: string | undefined, predicate: Predicate, type: DeltaType = 'long') =>
  mayMatch({ partitionValues: {}, stats }, predicate, schemaOf(type));

describe('data skipping by bounds (Delta, "Per-file Statistics")', () => {
  it.each([
    ['<', 1n, false],
    ['<', 2n, true],
    ['<=', 0n, false],
    ['<=', 1n, true],
    ['>', 3n, false],
    ['>', 2n, true],
    ['>=', 4n, false],
    ['>=', 3n, true],
    ['=', 0n, false],
    ['=', 2n, true],
    ['=', 4n, false],
    ['<>', 2n, true],
  ] as const)('of 1 to 3: c %s %s is %s', (op, value, expected) => {
    expect(may('long', '1', '3', op, value)).toBe(expected);
  });

  it('leaves out what is everywhere the value that is not wanted', () => {
    expect(may('long', '7', '7', '<>', 7n)).toBe(false);
    expect(may('string', '"a"', '"a"', '<>', 'a')).toBe(false);
  });

  it.each<[DeltaType, string, string, PredicateValue, boolean]>([
    // 64-bit integers that are one double.
    ['long', '9007199254740993', '9007199254740993', 9007199254740992n, false],
    ['long', '9007199254740993', '9007199254740993', 9007199254740993n, true],
    ['long', '-9223372036854775808', '-9223372036854775807', '-9223372036854775806', false],
    ['integer', '1', '3', 2.5, true],
    ['integer', '1', '3', 3.5, false],
    // More digits than a double holds for certain: the file is read.
    ['long', '1', '3', 2 ** 60 + 2 ** 20, true],
    ['decimal(38,18)', '0.100000000000000001', '0.100000000000000001', '0.100000000000000002', false],
    ['decimal(38,18)', '0.100000000000000001', '0.100000000000000001', '0.1000000000000000010', true],
    ['decimal(5,2)', '1e2', '1.5E2', '99.99', false],
    ['decimal(5,2)', '1e2', '1.5E2', '150', true],
    ['date', '"2024-01-01"', '"2024-01-31"', '2024-02-01', false],
    ['date', '"2024-01-01"', '"2024-01-31"', new Date('2024-01-31'), true],
    ['boolean', 'false', 'false', true, false],
    ['boolean', 'false', 'true', true, true],
    ['string', '"b"', '"d"', 'a', false],
    ['string', '"b"', '"d"', 'da', false],
    ['double', '0.1', '0.2', 0.15, true],
    ['double', '0.1', '0.2', 0.25, false],
    ['timestamp_ntz', '"2024-01-01T00:00:00.000"', '"2024-01-01T01:00:00.000"', '2024-01-01T01:00:01', false],
    ['timestamp', '"2024-01-01T00:00:00.000-08:00"', '"2024-01-01T00:00:00.000-08:00"', '2024-01-01T08:00:00Z', true],
    ['timestamp', '"2024-01-01T00:00:00.000-08:00"', '"2024-01-01T00:00:00.000-08:00"', '2024-01-01T00:00:00Z', false],
  ])('%s between %s and %s: equal to %s is %s', (type, min, max, value, expected) => {
    expect(may(type, min, max, '=', value)).toBe(expected);
  });

  it('orders texts by UTF-8, as engines do, and not by UTF-16', () => {
    expect(may('string', '"a"', '"\uffff"', '=', '\u{1f600}')).toBe(false);
    expect(may('string', '"a"', '"\u{1f600}"', '=', '\uffff')).toBe(true);
  });

  it('takes a max of 32 characters for the beginning of the largest text, as writers that merely cut leave it', () => {
    const cut = 'x'.repeat(32);
    expect(may('string', '"a"', `"${cut}"`, '=', `${cut}yz`)).toBe(true);
    expect(may('string', '"a"', `"${cut}"`, '>', `${cut}yz`)).toBe(true);
    expect(may('string', '"a"', `"${cut}"`, '>', 'y')).toBe(false);
    expect(may('string', '"a"', '"xx"', '=', 'xxyz')).toBe(false);
  });

  it('passes over half a character at which a writer of bytes has cut', () => {
    const whole = 'x'.repeat(30);
    expect(may('string', '"a"', `"${whole}\ufffd"`, '=', `${whole}\u{1f600}`)).toBe(true);
  });

  it('adds a millisecond to the max of a timestamp, which is cut', () => {
    const at = '"2024-01-01T00:00:00.001Z"';
    expect(may('timestamp', at, at, '>=', '2024-01-01T00:00:00.001999Z')).toBe(true);
    expect(may('timestamp', at, at, '>', '2024-01-01T00:00:00.002Z')).toBe(false);
  });

  it('reads where a timestamp names no zone', () => {
    const at = '"2024-01-01 00:00:00"';
    expect(may('timestamp', at, at, '=', new Date('1999-01-01'))).toBe(true);
  });

  it('takes NaN for larger than all, and for absent from the bounds', () => {
    expect(may('double', '1', '2', '>', 3)).toBe(true);
    expect(may('double', '1', '2', '<', 1)).toBe(false);
    expect(may('double', '1', '2', '=', Number.NaN)).toBe(true);
    expect(may('double', '1', '"NaN"', '=', 5)).toBe(true);
  });

  it('leaves room for 32-bit numbers, whose text is shorter than they are', () => {
    // 0.1 as a float is 0.100000001490116: larger than what the statistics say.
    expect(may('float', '0.1', '0.1', '=', Math.fround(0.1))).toBe(true);
    expect(may('float', '0.1', '0.1', '=', 0.2)).toBe(false);
  });

  it('leaves room for decimals that a writer took through a double', () => {
    // delta-rs: 12345678901234567.89 becomes 12345678901234568.
    expect(may('decimal(19,2)', '12345678901234568', '12345678901234568', '=', '12345678901234567.89')).toBe(true);
    expect(may('decimal(19,2)', '12345678901234568', '12345678901234568', '=', '12345678901234500')).toBe(false);
  });

  it('looks into structs, by the path of the column', () => {
    const schema: StructType = {
      type: 'struct',
      fields: [{ name: 'a', type: schemaOf('long'), nullable: true, metadata: {} }],
    };
    const stats = '{"numRecords":1,"minValues":{"a":{"c":5}},"maxValues":{"a":{"c":9}},"nullCount":{"a":{"c":0}}}';
    const ask = (predicate: Predicate) => mayMatch({ partitionValues: {}, stats }, predicate, schema);
    expect(ask({ op: '>', column: ['a', 'c'], value: 9n })).toBe(false);
    expect(ask({ op: '>', column: ['a', 'c'], value: 8n })).toBe(true);
    expect(ask({ op: 'is null', column: ['a', 'c'] })).toBe(false);
    expect(ask({ op: 'is null', column: 'a' })).toBe(true);
  });

  it('finds columns whatever their case, and by their physical name where they are mapped (Delta, "Column Mapping")', () => {
    const schema = schemaOf('long', { 'delta.columnMapping.physicalName': 'col-1' });
    const stats =
      '{"numRecords":1,"minValues":{"col-1":5,"c":0},"maxValues":{"col-1":5,"c":0},"nullCount":{"col-1":0}}';
    expect(mayMatch({ partitionValues: {}, stats }, { op: '=', column: 'C', value: 5n }, schema)).toBe(true);
    expect(mayMatch({ partitionValues: {}, stats }, { op: '=', column: 'C', value: 0n }, schema)).toBe(false);
  });
});

describe('data skipping by null counts (Delta, "Per-file Statistics")', () => {
  const counted = (numRecords: number, nulls: unknown, more = '') =>
    `{"numRecords":${numRecords},"nullCount":{"c":${JSON.stringify(nulls)}}${more}}`;

  it.each([
    ['no nulls', counted(3, 0), false, true],
    ['some nulls', counted(3, 1), true, true],
    ['only nulls', counted(3, 3), true, false],
    ['a count that is not known', counted(3, null), true, true],
    ['more nulls than rows', counted(3, 4), true, true],
    ['a negative count', counted(3, -1), true, true],
    ['rows alone', '{"numRecords":3}', true, true],
    ['nothing', undefined, true, true],
    ['no JSON', 'oops', true, true],
    ['odd types', '{"numRecords":"many","minValues":7,"maxValues":[],"nullCount":"none"}', true, true],
    ['a list', '[1, 2]', true, true],
    // Delta: with wide bounds only these two counts say something.
    ['no nulls before a deletion vector', counted(3, 0, ',"tightBounds":false'), false, true],
    ['only nulls before a deletion vector', counted(3, 3, ',"tightBounds":false'), true, false],
    ['some nulls before a deletion vector', counted(3, 2, ',"tightBounds":false'), true, true],
  ])('with %s', (_name, stats, isNull, isNotNull) => {
    expect(mayOf(stats, { op: 'is null', column: 'c' })).toBe(isNull);
    expect(mayOf(stats, { op: 'is not null', column: 'c' })).toBe(isNotNull);
    expect(mayOf(stats, { op: '=', column: 'c', value: 1n })).toBe(isNotNull);
  });

  it('keeps the bounds of a file with a deletion vector: they are wide, so no row lies outside', () => {
    const stats = '{"numRecords":3,"minValues":{"c":1},"maxValues":{"c":3},"nullCount":{"c":0},"tightBounds":false}';
    expect(mayOf(stats, { op: '>', column: 'c', value: 3n })).toBe(false);
  });

  it('believes neither bounds that contradict each other nor those of another type', () => {
    const odd = '{"numRecords":3,"minValues":{"c":9},"maxValues":{"c":1}}';
    expect(mayOf(odd, { op: '=', column: 'c', value: 5n })).toBe(true);
    const typed = '{"numRecords":3,"minValues":{"c":"five"},"maxValues":{"c":{"x":1}}}';
    expect(mayOf(typed, { op: '=', column: 'c', value: 5n })).toBe(true);
  });

  it('judges no column that is unknown, nor values that are not compared', () => {
    const stats = '{"numRecords":1,"minValues":{"c":"a"},"maxValues":{"c":"a"},"nullCount":{"c":0}}';
    expect(mayOf(stats, { op: '=', column: 'd', value: 1n })).toBe(true);
    expect(mayOf(stats, { op: '=', column: 'c', value: 'b' }, 'binary')).toBe(true);
    expect(mayOf(stats, { op: '=', column: ['c', 'x'], value: 'b' }, 'string')).toBe(true);
    expect(mayOf(stats, { op: 'is null', column: 'c' }, 'binary')).toBe(false);
  });
});

describe('data skipping by partition values (Delta, "Partition Value Serialization")', () => {
  const inPartition = (type: DeltaType, text: string | null, predicate: Predicate) =>
    mayMatch({ partitionValues: { c: text }, stats: undefined }, predicate, schemaOf(type));

  it.each<[DeltaType, string, PredicateValue, PredicateValue]>([
    ['string', 'a', 'a', 'b'],
    ['byte', '-5', -5, 5],
    ['long', '9007199254740993', 9007199254740993n, 9007199254740992n],
    ['decimal(10,2)', '1.50', '1.5', '1.51'],
    ['double', '0.1', 0.1, 0.2],
    ['float', '0.1', Math.fround(0.1), 0.2],
    ['boolean', 'true', true, false],
    ['date', '2024-01-31', '2024-01-31', '2024-01-30'],
    ['timestamp', '2024-01-01 00:00:00.123456', '2024-01-01T00:00:00.123456Z', '2024-01-01T00:00:00.123457Z'],
    ['timestamp', '2024-01-01T00:00:00.123456Z', '2024-01-01T00:00:00.123456Z', '2024-01-01T00:00:00.123457Z'],
    ['timestamp_ntz', '2024-01-01 00:00:00', '2024-01-01T00:00:00', '2024-01-01T00:00:01'],
  ])('%s %s equals %s and not %s', (type, text, same, other) => {
    expect(inPartition(type, text, { op: '=', column: 'c', value: same })).toBe(true);
    expect(inPartition(type, text, { op: '=', column: 'c', value: other })).toBe(false);
    expect(inPartition(type, text, { op: 'is null', column: 'c' })).toBe(false);
  });

  it.each([null, ''])('takes %j for null', text => {
    expect(inPartition('string', text, { op: 'is null', column: 'c' })).toBe(true);
    expect(inPartition('string', text, { op: 'is not null', column: 'c' })).toBe(false);
    expect(inPartition('string', text, { op: '<>', column: 'c', value: 'a' })).toBe(false);
  });

  it('reads where a value cannot be read in its type', () => {
    expect(inPartition('date', 'yesterday', { op: '=', column: 'c', value: '2024-01-01' })).toBe(true);
    expect(inPartition('double', 'NaN', { op: '=', column: 'c', value: 1 })).toBe(true);
  });
});

describe('data skipping and the third value of SQL', () => {
  const nulls = '{"numRecords":3,"nullCount":{"c":3}}';
  const ones = '{"numRecords":3,"minValues":{"c":1},"maxValues":{"c":1},"nullCount":{"c":0}}';
  const isOne: Predicate = { op: '=', column: 'c', value: 1n };

  it('keeps unknown unknown under not', () => {
    expect(mayOf(nulls, { op: 'not', of: isOne })).toBe(false);
    expect(mayOf(ones, { op: 'not', of: isOne })).toBe(false);
    expect(mayOf(ones, { op: 'not', of: { op: 'not', of: isOne } })).toBe(true);
  });

  it('finds nothing equal to null and nothing unequal', () => {
    for (const op of ['=', '<>', '<', '>='] as const) expect(mayOf(ones, { op, column: 'c', value: null })).toBe(false);
    expect(mayOf(ones, { op: 'not', of: { op: '=', column: 'c', value: null } })).toBe(false);
  });

  it('makes a list with a null in it true or unknown, never false', () => {
    expect(mayOf(ones, { op: 'in', column: 'c', values: [null, 1n] })).toBe(true);
    expect(mayOf(ones, { op: 'in', column: 'c', values: [null, 2n] })).toBe(false);
    expect(mayOf(ones, { op: 'not', of: { op: 'in', column: 'c', values: [null, 2n] } })).toBe(false);
    expect(mayOf(ones, { op: 'not', of: { op: 'in', column: 'c', values: [2n] } })).toBe(true);
    expect(mayOf(ones, { op: 'in', column: 'c', values: [] })).toBe(false);
    expect(mayOf(nulls, { op: 'not', of: { op: 'in', column: 'c', values: [] } })).toBe(true);
  });

  it('joins by and and or', () => {
    const isNull: Predicate = { op: 'is null', column: 'c' };
    expect(mayOf(ones, { op: 'and', of: [isOne, isNull] })).toBe(false);
    expect(mayOf(ones, { op: 'or', of: [isOne, isNull] })).toBe(true);
    expect(mayOf(ones, { op: 'not', of: { op: 'or', of: [isOne, isNull] } })).toBe(false);
    expect(mayOf(ones, { op: 'and', of: [] })).toBe(true);
    expect(mayOf(ones, { op: 'or', of: [] })).toBe(false);
  });
});

const golden = join(import.meta.dirname, '../../../shared/golden-delta');

describe.skipIf(!existsSync(golden))('data skipping by the statistics of Spark', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'playhead-skipping-'));
    for (const name of ['data-skipping-basic-stats-all-types', 'data-skipping-basic-stats-all-types-checkpoint']) {
      execFileSync('tar', ['xzf', join(golden, `${name}.tar.gz`), '-C', folder]);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const readFiles = async (table: string, where: Predicate) =>
    (await readDeltaTable(join(folder, table, 'delta'), { where })).files.length;

  // The table holds one row of zeros, and 2000-01-01 in the time zone of its writer, eight hours behind.
  it.each<[string, PredicateValue, PredicateValue]>([
    ['as_int', 0, 1],
    ['as_long', 0n, 1n],
    ['as_byte', 0, -1],
    ['as_short', 0, 1],
    ['as_float', 0, -0.5],
    ['as_double', 0, -0.5],
    ['as_string', '0', '1'],
    ['as_date', '2000-01-01', '2000-01-02'],
    ['as_timestamp', '2000-01-01T08:00:00Z', '2000-01-01T08:00:01Z'],
    ['as_big_decimal', '0', '0.1'],
  ])('%s: reads for %s and not for %s', async (column, there, notThere) => {
    for (const table of ['data-skipping-basic-stats-all-types', 'data-skipping-basic-stats-all-types-checkpoint']) {
      expect(await readFiles(table, { op: '=', column, value: there })).toBe(1);
      expect(await readFiles(table, { op: '=', column, value: notThere })).toBe(0);
    }
  });
});

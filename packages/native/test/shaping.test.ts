import { describe, expect, test } from 'vitest';
import { ResultArrayWrapper, ResultMultiWrapper, ResultWrapper, rowsToColumnar } from '../src/portable.js';
import { shapeRows, type TransformData } from '../src/shaping/index.js';

const transform = (over: Partial<TransformData> = {}): TransformData => ({
  aliasToMemberNameMap: {
    orders__device: 'orders.device',
    orders__created_at_month: 'orders.created_at.month',
    orders__created_at_day: 'orders.created_at.day',
    orders__count: 'orders.count',
    orders__id: 'orders.id',
  },
  annotation: {
    'orders.device': { type: 'string' },
    'orders.created_at.month': { type: 'time' },
    'orders.created_at.day': { type: 'time' },
    'orders.created_at': { type: 'time' },
    'orders.count': { type: 'number' },
  },
  query: { measures: ['orders.count'], dimensions: ['orders.device'] },
  queryType: 'regularQuery',
  ...over,
});

const monthly = {
  query: { measures: ['orders.count'], timeDimensions: [{ dimension: 'orders.created_at', granularity: 'month' }] },
};

describe('hidden members', () => {
  test('a column that the caller may not see is refused', () => {
    const rows = [{ orders__id: 1 }];
    expect(() => shapeRows(rows, transform({ query: { dimensions: ['orders.id'] } }))).toThrow(
      "You requested hidden member: 'orders.id'",
    );
  });

  test.each([
    ['measure', { measures: ['orders.secret'] }],
    ['dimension', { dimensions: ['orders.id'] }],
    ['time dimension', { timeDimensions: [{ dimension: 'orders.hidden_at', granularity: 'day' }] }],
    ['expression', { dimensions: [{ name: 'orders.made_up', expression: [] }] }],
  ])('a hidden %s is refused for an empty answer too', (_, query) => {
    expect(() => shapeRows([], transform({ query }))).toThrow('You requested hidden member');
  });

  test('a time dimension that only filters is not shown, so it need not be visible', () => {
    const query = {
      measures: ['orders.count'],
      timeDimensions: [{ dimension: 'orders.hidden_at', dateRange: ['a', 'b'] }],
    };
    expect(shapeRows([], transform({ query }))).toEqual([]);
  });

  test('names of object methods are no members', () => {
    expect(() => shapeRows([{ toString: 1 }], transform())).toThrow('Member name not found');
    expect(() => shapeRows([], transform({ query: { dimensions: ['constructor'] } }))).toThrow('hidden member');
  });
});

describe('values', () => {
  test.each([
    ['2024-05-01T10:20:30.123456Z', '2024-05-01T10:20:30.123'],
    ['2024-05-01 10:20:30', '2024-05-01T10:20:30.000'],
    ['2024-05-01 10:20:30.5 UTC', '2024-05-01T10:20:30.500'],
    ['2024-05-01 10:20:30+02', '2024-05-01T10:20:30.000'],
    ['2024-05-01', '2024-05-01T00:00:00.000'],
    ['no time', 'no time'],
    [new Date('2024-05-01T10:20:30.123Z'), '2024-05-01T10:20:30.123'],
    [null, null],
  ])('time %s is printed as %s', (value, printed) => {
    expect(shapeRows([{ orders__created_at_month: value }], transform(monthly))).toMatchObject([
      { 'orders.created_at.month': printed },
    ]);
  });

  test('numbers stay as the driver gave them, and 64-bit integers travel as text', () => {
    expect(shapeRows([{ orders__count: '12' }, { orders__count: 12n }, { orders__count: 1.5 }], transform())).toEqual([
      { 'orders.count': '12' },
      { 'orders.count': '12' },
      { 'orders.count': 1.5 },
    ]);
  });
});

describe('shapes', () => {
  const rows = [
    {
      orders__created_at_month: '2024-01-01 00:00:00',
      orders__created_at_day: '2024-01-15 00:00:00',
      orders__count: '2',
    },
  ];

  test('a time dimension also answers to its bare name, by its finest granularity', () => {
    expect(shapeRows(rows, transform(monthly))).toEqual([
      {
        'orders.created_at.month': '2024-01-01T00:00:00.000',
        'orders.created_at.day': '2024-01-15T00:00:00.000',
        'orders.count': '2',
        'orders.created_at': '2024-01-15T00:00:00.000',
      },
    ]);
  });

  test('but not where the bare dimension is asked for, too', () => {
    const query = { ...monthly.query, dimensions: ['orders.created_at'] };
    expect(shapeRows([{ orders__created_at_month: '2024-01-01' }], transform({ query }))).toEqual([
      { 'orders.created_at.month': '2024-01-01T00:00:00.000' },
    ]);
  });

  test('compact and columnar name their members once', () => {
    const two = [
      { orders__device: 'web', orders__count: '2' },
      { orders__device: 'app', orders__count: '1' },
    ];
    expect(shapeRows(two, transform({ resType: 'compact' }))).toEqual({
      members: ['orders.device', 'orders.count'],
      dataset: [
        ['web', '2'],
        ['app', '1'],
      ],
    });
    expect(shapeRows(two, transform({ resType: 'columnar' }))).toEqual({
      members: ['orders.device', 'orders.count'],
      columns: [
        ['web', 'app'],
        ['2', '1'],
      ],
    });
  });

  test('compared date ranges say which range a row belongs to', () => {
    const query = {
      measures: ['orders.count'],
      timeDimensions: [{ dimension: 'orders.created_at', dateRange: ['2024-01-01', '2024-01-31'] }],
    };
    const compared = transform({ query, queryType: 'compareDateRangeQuery' });
    expect(shapeRows([{ orders__count: '2' }], compared)).toEqual([
      { 'orders.count': '2', compareDateRange: '2024-01-01 - 2024-01-31' },
    ]);
    expect(shapeRows([{ orders__count: '2' }], { ...compared, resType: 'compact' })).toEqual({
      members: ['orders.count', 'compareDateRange'],
      dataset: [['2', '2024-01-01 - 2024-01-31']],
    });
  });

  test('blended queries share one time axis', () => {
    const blended = transform({ ...monthly, queryType: 'blendingQuery' });
    expect(shapeRows([{ orders__created_at_month: '2024-01-01', orders__count: '2' }], blended)).toMatchObject([
      { 'time.month': '2024-01-01T00:00:00.000' },
    ]);
  });
});

describe('wrappers', () => {
  test('a wrapper reads like the array of its rows', () => {
    const wrapper = new ResultWrapper([{ a: 1 }, { a: 2 }]);
    expect(Reflect.get(wrapper, 'length')).toBe(2);
    expect(Reflect.get(wrapper, 0)).toEqual({ a: 1 });
    expect(JSON.stringify({ wrapper })).toBe('{"wrapper":[{"a":1},{"a":2}]}');
    expect(new ResultWrapper(wrapper)).toBe(wrapper);
    expect(rowsToColumnar([{ a: 1, b: null }])).toEqual({ members: ['a', 'b'], columns: [[1], [null]] });
  });

  test('the final result is the root with its data, and without a total that nobody asked for', async () => {
    const wrapper = new ResultWrapper([{ orders__count: '2' }]);
    wrapper.setTransformData(transform());
    wrapper.setRootResultObject({ dbType: 'duckdb', total: null });
    expect(JSON.parse((await wrapper.getFinalResult()).toString())).toEqual({
      dbType: 'duckdb',
      data: [{ 'orders.count': '2' }],
    });
    await expect(new ResultArrayWrapper([wrapper]).getFinalResult()).resolves.toMatchObject([{ dbType: 'duckdb' }]);
    const multi = new ResultMultiWrapper([wrapper], { queryType: 'compareDateRangeQuery', slowQuery: false });
    expect(JSON.parse((await multi.getFinalResult()).toString())).toMatchObject({
      pivotQuery: { dimensions: ['compareDateRange', 'orders.device'] },
      results: [{ data: [{ 'orders.count': '2' }] }],
    });
  });
});

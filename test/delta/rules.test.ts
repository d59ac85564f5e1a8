import { describe, expect, it } from 'vitest';
import { cutMax, cutMin, encodeLogPath, features, locateFile, readStats, writeStats } from '#delta';

describe('statistics (Delta, "Per-file Statistics")', () => {
  it('cuts long strings to 32 characters and raises the max above all that it cut', () => {
    const text = `${'a'.repeat(40)}z`;
    expect(cutMin(text)).toBe('a'.repeat(32));
    const max = cutMax(text) ?? '';
    expect(Buffer.compare(Buffer.from(max), Buffer.from(text))).toBe(1);
    expect([...max]).toHaveLength(33);
    expect(cutMax('short')).toBe('short');
  });

  it('raises the max above characters beyond the basic plane too, and gives none where it cannot', () => {
    const text = `${'a'.repeat(32)}\u{1f600}`;
    expect(Buffer.compare(Buffer.from(cutMax(text) ?? ''), Buffer.from(text))).toBe(1);
    expect(cutMax(`${'a'.repeat(32)}\u{10ffff}`)).toBeUndefined();
  });

  it('keeps every digit of a 64-bit integer', () => {
    const stats = writeStats(3, {
      id: { min: -9_223_372_036_854_775_808n, max: 9_223_372_036_854_775_807n, nullCount: 1 },
    });
    expect(stats).toBe(
      '{"numRecords":3,"minValues":{"id":-9223372036854775808},"maxValues":{"id":9223372036854775807},"nullCount":{"id":1}}',
    );
    const add = { path: 'x', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats };
    expect(readStats(asAdd(add)).maxValues).toEqual({ id: '9223372036854775807' });
  });

  it('takes statistics that are no JSON as none', () => {
    const add = { path: 'x', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats: '{broken' };
    expect(readStats(asAdd(add)).numRecords).toBeUndefined();
  });
});

describe('paths of data files (Delta, "Add File and Remove File")', () => {
  it.each([
    ['/t', 'day=2024-01-01/a.parquet', '/t/day=2024-01-01/a.parquet'],
    ['/t', 'p=a%252Fb/x%20y.parquet', '/t/p=a%2Fb/x y.parquet'],
    ['/t', '/elsewhere/a.parquet', '/elsewhere/a.parquet'],
    ['/t', 'file:///elsewhere/a.parquet', '/elsewhere/a.parquet'],
    ['/t', 'file:/elsewhere/a.parquet', '/elsewhere/a.parquet'],
    ['/t', '50%.parquet', '/t/50%.parquet'],
  ])('in %s, %s is %s', (table, path, located) => {
    expect(locateFile(table, path)).toBe(located);
  });

  it('come back from the log as they were on disk', () => {
    const relative = 'p=a%2Fb =é/data 1.parquet';
    expect(locateFile('/t', encodeLogPath(relative))).toBe(`/t/${relative}`);
  });
});

describe('table features', () => {
  it.each(Object.entries(features))(
    '%s is read or refused, and written or refused, with a reason',
    (_name, support) => {
      expect(['yes', 'refuse']).toContain(support.read);
      expect(['yes', 'refuse']).toContain(support.write);
      expect(support.because).not.toBe('');
      if (support.read === 'refuse') expect(support.write).toBe('refuse');
    },
  );
});

const asAdd = (add: {
  path: string;
  partitionValues: Record<string, string>;
  size: number;
  modificationTime: number;
  dataChange: boolean;
  stats: string;
}) => ({
  ...add,
  tags: undefined,
  deletionVector: undefined,
  baseRowId: undefined,
  defaultRowCommitVersion: undefined,
  clusteringProvider: undefined,
});

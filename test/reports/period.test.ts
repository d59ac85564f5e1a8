import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, lastPeriod, namedPeriod, periodEnding, reportKinds } from '#reports';

const brief = ({ name, from, to, before }: ReturnType<typeof lastPeriod>) => [name, from, to, before.from, before.to];

describe('the last period', () => {
  it('is the one that is over, in whole UTC days', () => {
    const now = new Date('2026-11-02T00:00:00Z');
    expect(brief(lastPeriod('daily', now))).toEqual([
      '2026-11-01',
      '2026-11-01',
      '2026-11-01',
      '2026-10-31',
      '2026-10-31',
    ]);
    expect(brief(lastPeriod('weekly', now))).toEqual([
      '2026-W44',
      '2026-10-26',
      '2026-11-01',
      '2026-10-19',
      '2026-10-25',
    ]);
    expect(brief(lastPeriod('monthly', now))).toEqual([
      '2026-10',
      '2026-10-01',
      '2026-10-31',
      '2026-09-01',
      '2026-09-30',
    ]);
  });

  it('a second before midnight is still the one before', () => {
    const now = new Date('2026-11-01T23:59:59Z');
    expect(lastPeriod('weekly', now).name).toBe('2026-W43');
    expect(lastPeriod('monthly', new Date('2026-10-31T23:59:59Z')).name).toBe('2026-09');
  });

  it('is the longest that ends before now, has a whole length, and comes again by its name', () => {
    const instants = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.constantFrom(...reportKinds), (now, kind) => {
        const period = lastPeriod(kind, now);
        const today = now.toISOString().slice(0, 10);
        expect(period.to < today).toBe(true);
        expect(addDays(period.before.to, 1)).toBe(period.from);
        // The next period of the kind is not over yet.
        const next = lastPeriod(kind, new Date(Date.parse(`${addDays(period.to, 40)}T00:00:00Z`)));
        expect(next.from > period.to).toBe(true);
        expect(namedPeriod(kind, period.name)).toEqual(period);
        expect(periodEnding(kind, period.to)).toEqual(period);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('a named period', () => {
  it('knows the years with a week 53, and weeks that begin in the year before', () => {
    expect(brief(namedPeriod('weekly', '2026-W53')).slice(1, 3)).toEqual(['2026-12-28', '2027-01-03']);
    expect(brief(namedPeriod('weekly', '2025-W01')).slice(1, 3)).toEqual(['2024-12-30', '2025-01-05']);
  });

  it.each([
    ['weekly', '2025-W53'],
    ['weekly', '2026-W00'],
    ['weekly', '2026-10-25'],
    ['monthly', '2026-13'],
    ['daily', '2026-02-29'],
    ['daily', 'yesterday'],
  ] as const)('is refused where there is none: %s %s', (kind, name) => {
    expect(() => namedPeriod(kind, name)).toThrow(expect.objectContaining({ code: 'USAGE', at: '--period' }));
  });
});

describe('days up to a day', () => {
  it('are compared with as many days before', () => {
    expect(brief(periodEnding('weekly', '2026-10-21'))).toEqual([
      '2026-10-15..2026-10-21',
      '2026-10-15',
      '2026-10-21',
      '2026-10-08',
      '2026-10-14',
    ]);
    expect(brief(periodEnding('monthly', '2026-03-30')).slice(1, 3)).toEqual(['2026-03-01', '2026-03-30']);
    expect(brief(periodEnding('monthly', '2026-10-21')).slice(1)).toEqual([
      '2026-09-22',
      '2026-10-21',
      '2026-08-23',
      '2026-09-21',
    ]);
  });

  it('must end with a day', () => {
    expect(() => periodEnding('weekly', '2026-10')).toThrow(expect.objectContaining({ code: 'USAGE', at: '--end' }));
  });
});

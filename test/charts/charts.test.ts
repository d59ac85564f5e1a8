import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import * as charts from '#charts';
import * as figures from '#figures';

/** Node has no document of its own: whatever draws here needs none but the one it is given. */
const { document } = parseHTML('<html><body></body></html>');
const canvas = { document, width: 640 };
const day = (n: number) => new Date(Date.UTC(2026, 9, n));
const step = (n: number, watchTimeS: number) => ({
  ...{ at: day(n), watchTimeS, uncertainS: 10, estimatedTailS: 5, previousS: null },
});
const count = (drawing: { querySelectorAll(selector: string): { length: number } }, selector: string) =>
  drawing.querySelectorAll(selector).length;
const texts = (drawing: { querySelectorAll(selector: string): Iterable<{ textContent: string | null }> }) =>
  [...drawing.querySelectorAll('text')].map(text => text.textContent);

const drawings: Readonly<Record<string, (isEmpty: boolean) => figures.Drawing>> = {
  watchTimeByDay: isEmpty => charts.watchTimeByDay(isEmpty ? [] : [step(1, 60), step(2, 120)], [], canvas),
  metricOverTime: isEmpty =>
    charts.metricOverTime(isEmpty ? [] : [{ at: day(1), value: null, previous: 2 }], [], String, canvas),
  retentionCurve: isEmpty =>
    charts.retentionCurve(isEmpty ? [] : [{ fromS: 0, viewers: 4, plays: 5 }], isEmpty ? 0 : 4, [], canvas),
  heatMap: isEmpty => charts.heatMap(isEmpty ? [] : [{ fromS: 0, heat: 1 }], canvas),
  topVideos: isEmpty => charts.topVideos(isEmpty ? [] : [{ label: 'a', value: 0 }], String, canvas),
  engagementTiers: isEmpty => charts.engagementTiers(isEmpty ? [] : [{ tier: 'HIGH', count: 0 }], canvas),
  lastHour: isEmpty => charts.lastHour(isEmpty ? [] : [{ at: day(1), value: 0 }], String, canvas),
  sessionTimeline: isEmpty => charts.sessionTimeline([], isEmpty ? [] : [{ clockS: 0, positionS: 0 }], null, canvas),
  qualityTrend: isEmpty =>
    charts.qualityTrend(isEmpty ? [] : [{ at: day(1), state: 'PASSED', value: 0, threshold: 0 }], String, canvas),
  sparkline: isEmpty => figures.sparkline(isEmpty ? [] : [null, 0], canvas),
  experimentDifferences: isEmpty =>
    charts.experimentDifferences(
      isEmpty ? [] : [{ variant: 'b', difference: 0, low: 0, high: 0, verdict: 'UNDECIDED' }],
      String,
      canvas,
    ),
};

it.each(Object.keys(drawings))('draws nothing at all, and next to nothing, without a number that is none: %s', name => {
  for (const isEmpty of [true, false]) {
    const text = drawings[name]?.(isEmpty).outerHTML ?? '';
    expect(text).toMatch(/^<svg /i);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  }
});

it('draws the same twice', () => {
  const text = () => charts.watchTimeByDay([step(1, 60), step(2, 120)], [], canvas).outerHTML;
  expect(text()).toBe(text());
});

it('marks what happened in the period, cut to it, and nothing else', () => {
  const annotations = [
    { title: 'before', at: day(1), until: day(2) },
    { title: 'runs into it', at: day(2), until: day(5) },
    { title: 'a <release> with a title that goes on and on', at: day(6), until: null },
    { title: 'after', at: day(20), until: null },
  ];
  const drawing = charts.watchTimeByDay([step(4, 60), step(5, 60), step(8, 60)], annotations, canvas);
  const shown = texts(drawing);
  expect(shown).toContain('runs into it');
  expect(shown).toContain('a <release> with a title th…');
  expect(shown).not.toContain('before');
  expect(shown).not.toContain('after');
  expect(count(drawing, 'g[aria-label="rect"] rect')).toBe(1);
});

it('gives videos with one title a bar each', () => {
  const drawing = charts.topVideos(
    [
      { label: 'Part 1', value: 3 },
      { label: 'Part 1', value: 1 },
    ],
    String,
    canvas,
  );
  expect(count(drawing, 'g[aria-label="bar"] rect')).toBe(2);
  expect(texts(drawing).filter(text => text === 'Part 1')).toHaveLength(2);
});

it('says how many are in a tier, and which share that is', () => {
  const drawing = charts.engagementTiers(
    [
      { tier: 'HIGH', count: 3 },
      { tier: 'MINIMAL', count: 1 },
    ],
    canvas,
  );
  expect(texts(drawing)).toEqual(expect.arrayContaining(['High', '3 (75 %)', 'Minimal', '1 (25 %)']));
});

it('draws each kind of a stretch in its colour, and marks failed checks by another sign', () => {
  const stretch = (kind: figures.StretchKind) => ({
    ...{ kind, fromClockS: 0, toClockS: 9, fromPositionS: 0, toPositionS: 9, says: '' },
  });
  const timeline = charts.sessionTimeline([stretch('proven'), stretch('skipped')], [], 20, canvas).outerHTML;
  expect(timeline).toContain(figures.stretchStyles.proven.colour);
  expect(timeline).toContain(figures.stretchStyles.skipped.colour);
  expect(timeline).not.toContain(figures.stretchStyles.uncertain.colour);
  const run = (n: number, state: 'PASSED' | 'FAILED') => ({ at: day(n), state, value: n, threshold: 1.5 });
  const trend = charts.qualityTrend([run(1, 'PASSED'), run(2, 'FAILED')], String, canvas);
  expect(count(trend, 'g[aria-label="dot"]')).toBe(2);
});

it('counts time in steps that people know', () => {
  const drawing = charts.watchTimeByDay([step(1, 0), step(2, 200_000)], [], canvas);
  expect(texts(drawing)).toEqual(expect.arrayContaining(['0 s', '24 h', '48 h', '72 h']));
});

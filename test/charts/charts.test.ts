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
      { format: String, isTime: false },
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
  expect(texts(drawing)).toEqual(expect.arrayContaining(['High', '3 (75%)', 'Minimal', '1 (25%)']));
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

it('shows the period before as a dot where one day is held against one', () => {
  const drawing = charts.watchTimeByDay([{ ...step(1, 60), previousS: 40 }], [], canvas);
  const dots = [...drawing.querySelectorAll('g[aria-label="dot"]')].map(dot => dot.getAttribute('fill'));
  expect(dots).toEqual([figures.colours.quiet, figures.colours.first]);
});

it('lays a metric that is nothing but zero on the ground', () => {
  const zeros = [1, 2, 3].map(n => ({ at: day(n), value: 0, previous: 0 }));
  expect(texts(charts.metricOverTime(zeros, [], String, canvas))).toEqual(expect.arrayContaining(['0', '1']));
});

it('writes the hours of runs as all instants here: of 24, in UTC', () => {
  const at = new Date('2026-11-30T08:42:00Z');
  const written = texts(charts.qualityTrend([{ at, state: 'PASSED', value: 1, threshold: 2 }], String, canvas));
  expect(written).toEqual(expect.arrayContaining(['Nov 30', '06:00', '18:00']));
});

/** Where labels of the lower axis stand, and how wide they are, as wide as a system font makes them (0.62 em). */
const extents = (drawing: figures.Drawing) =>
  [...drawing.querySelectorAll('g[aria-label="x-axis tick label"] text')].map(label => {
    const x = Number(/translate\(([\d.-]+)/.exec(label.getAttribute('transform') ?? '')?.[1]);
    const half = ((label.textContent ?? '').length * 12 * 0.62) / 2;
    return { from: x - half, to: x + half };
  });

it.each([296, 460, 1100])('gives each label of the last hour room at %d pixels, at its ends too', width => {
  const minutes = Array.from({ length: 61 }, (_, n) => ({ at: new Date(day(1).getTime() + n * 60_000), value: 1 }));
  const labels = extents(charts.lastHour(minutes, String, { document, width }));
  expect(labels.length).toBeGreaterThan(1);
  for (const { from, to } of labels) {
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeLessThanOrEqual(width);
  }
});

it.each([296, 460, 1100])('keeps labels of an experiment apart at %d pixels, at round lengths of time', width => {
  const variants = [{ variant: 'bold', difference: -400, low: -2700, high: 1400, verdict: 'UNDECIDED' as const }];
  const format = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${figures.seconds(Math.abs(value))}`;
  const drawing = charts.experimentDifferences(variants, { format, isTime: true }, { document, width });
  const labels = extents(drawing);
  expect(labels.length).toBeGreaterThan(1);
  for (const [place, { from }] of labels.entries()) expect(from).toBeGreaterThan(labels[place - 1]?.to ?? -1);
  expect(texts(drawing)).toContain('0 s');
  expect(texts(drawing).join()).not.toMatch(/33 min|17 min/);
});

it('writes no second of a short video twice below its heat map', () => {
  const cells = Array.from({ length: 100 }, (_, n) => ({ fromS: n * 0.05, heat: 1 }));
  const labels = texts(charts.heatMap(cells, { document, width: 1100 }));
  expect(labels).toEqual(['0:00', '0:01', '0:02', '0:03', '0:04']);
});

it('cuts long titles to their margin, by how wide their letters are', () => {
  const videos = [
    { label: 'The cartographer, part 14', value: 2 },
    { label: 'ILLI ILLI ILLI', value: 1 },
    { label: 'WWWW WWWW WWWW', value: 1 },
  ];
  const drawing = charts.topVideos(videos, String, { document, width: 296 });
  const labels = [...drawing.querySelectorAll('g[aria-label="y-axis tick label"] text')].map(
    // A cut label carries the whole one as its title.
    label => [...label.childNodes].find(({ nodeType }) => nodeType === 3)?.textContent ?? label.textContent,
  );
  expect(labels[0]).toMatch(/^The carto.*…/);
  expect(labels[1]).toBe('ILLI ILLI ILLI');
  expect(labels[2]).toMatch(/…/);
});

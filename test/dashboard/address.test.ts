import { expect, it } from 'vitest';
import { change, metric, position } from '#charts';
import { defaultView, periodBefore, readView, viewUrl } from '../../src/dashboard/app/address.js';

const fallback = defaultView(new Date('2026-10-31T20:00:00Z'));

it('shows the four weeks up to the newest data when the URL says nothing', () => {
  expect(readView('', fallback)).toEqual({ from: '2026-10-04', to: '2026-10-31', video: undefined });
});

it('keeps period and video in the URL, and what others put there', () => {
  const url = viewUrl({ from: '2026-10-01', to: '2026-10-02', video: 'a & b' }, '?utm=mail');
  expect(url).toContain('utm=mail');
  expect(readView(url, fallback)).toEqual({ from: '2026-10-01', to: '2026-10-02', video: 'a & b' });
});

it.each(['?from=2026-10-09&to=2026-10-01', '?from=yesterday&to=today', '?from=2026-13-01&to=2026-13-02'])(
  'takes the default for a period that makes no sense: %s',
  search => {
    expect(readView(search, fallback)).toMatchObject({ from: fallback.from, to: fallback.to });
  },
);

it('compares with the period of the same length just before', () => {
  expect(periodBefore({ from: '2026-10-04', to: '2026-10-31' })).toEqual({ from: '2026-09-06', to: '2026-10-03' });
});

it('writes each number in its unit', () => {
  expect(metric('WATCH_TIME_S', 45)).toBe('45 s');
  expect(metric('watchTimeS', 7200)).toBe('2 h');
  expect(metric('UNIQUE_VIEWERS', 1234)).toBe('1,234');
  expect(metric('completionRate', 0.4321)).toBe('43.2%');
  expect(metric('completionRate', null)).toBe('–');
  expect(position(3723.9)).toBe('1:02:03');
  expect(change(110, 100)).toBe('+10%');
  expect(change(110, 0)).toBeUndefined();
});

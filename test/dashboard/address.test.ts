import { expect, it } from 'vitest';
import { change, metric, position } from '#figures';
import {
  defaultRange,
  granularityOf,
  readView,
  type View,
  viewUrl,
  withRange,
} from '../../src/dashboard/app/address.js';

const range = { from: '2026-10-01', to: '2026-10-02' };

it('shows the first screen, and no period of its own, when the URL says nothing', () => {
  expect(readView('')).toEqual({ page: 'overview', range: undefined, rankBy: 'WATCH_TIME_S' });
});

it('takes the four weeks up to the newest data where the URL names no period', () => {
  expect(defaultRange(new Date('2026-10-31T20:00:00Z'))).toEqual({ from: '2026-10-04', to: '2026-10-31' });
});

it.each<View>([
  { page: 'overview', range, rankBy: 'COMPLETION_RATE' },
  { page: 'videos', range: undefined, search: 'a & b?', after: 'WzEs=' },
  { page: 'video', range, video: '/v#1 ü', after: undefined },
  { page: 'session', range, session: 'b8283250d0534de4716078c05f980eb0' },
  { page: 'quality', range: undefined },
])('reads back the URL that it wrote, whatever the ids hold: $page', view => {
  expect(readView(viewUrl(view, ''))).toEqual(view);
});

it('keeps what others put into the URL, and drops what belonged to the page before', () => {
  const url = viewUrl({ page: 'quality' }, '?utm=mail&page=video&video=v1&after=abc');
  expect(new URLSearchParams(url).toString()).toBe('utm=mail&page=quality');
});

it.each([
  '?from=2026-10-09&to=2026-10-01',
  '?from=yesterday&to=today',
  '?from=2026-13-01&to=2026-13-02',
  '?from=2026-10-01',
])('takes a period that makes no sense for none: %s', search => {
  expect(readView(search).range).toBeUndefined();
});

it.each(['?page=video', '?page=session', '?page=nonsense', '?sort=DROP'])(
  'shows the first screen for half a link: %s',
  search => {
    expect(readView(search)).toMatchObject({ page: 'overview', rankBy: 'WATCH_TIME_S' });
  },
);

it('begins lists anew in another period: a cursor belongs to the one before', () => {
  expect(withRange({ page: 'video', video: 'v1', after: 'abc' }, range)).toEqual({
    page: 'video',
    video: 'v1',
    range,
    after: undefined,
  });
});

it('counts in weeks where days could not be told apart', () => {
  expect(granularityOf({ from: '2026-01-01', to: '2026-12-31' })).toBe('DAY');
  expect(granularityOf({ from: '2024-01-01', to: '2026-12-31' })).toBe('WEEK');
});

it('writes each number in its unit', () => {
  expect(metric('WATCH_TIME_S', 45)).toBe('45 s');
  expect(metric('watchTimeS', 7200)).toBe('2 h');
  expect(metric('watchTimeS', 3_733_802)).toBe('1,037 h');
  expect(metric('UNIQUE_VIEWERS', 1234)).toBe('1,234');
  expect(metric('completionRate', 0.4321)).toBe('43.2%');
  expect(metric('completionRate', null)).toBe('–');
  expect(position(3723.9)).toBe('1:02:03');
  expect(change(110, 100)).toBe('+10%');
  expect(change(1186, 100)).toBe('+1,086%');
  expect(change(110, 0)).toBeUndefined();
});

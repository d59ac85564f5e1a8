import { expect, it } from 'vitest';
import type { Answer } from '../../src/dashboard/app/answer.js';
import { renewed } from '../../src/dashboard/app/renew.js';

interface Numbers {
  readonly totals: number | null;
  readonly series: string | null;
}

const complete: Answer<Numbers> = { data: { totals: 1, series: 'a' }, errors: [] };
const timeout = { code: 'UPSTREAM_TIMEOUT', message: 'too slow', field: 'series' };

it('shows the first answer as it is, failures and all', () => {
  const partial: Answer<Numbers> = { data: { totals: 2, series: null }, errors: [timeout] };
  expect(renewed(undefined, partial)).toEqual({ answer: partial, notRenewed: undefined });
});

it('keeps the numbers that did not come anew, takes those that did, and says so', () => {
  const partial: Answer<Numbers> = { data: { totals: 2, series: null }, errors: [timeout] };
  expect(renewed(complete, partial)).toEqual({
    answer: { data: { totals: 2, series: 'a' }, errors: [] },
    notRenewed: timeout,
  });
});

it('keeps everything when the gateway cannot be reached', () => {
  const unreachable = { code: 'UNREACHABLE', message: 'no network' };
  expect(renewed(complete, { errors: [unreachable] })).toEqual({ answer: complete, notRenewed: unreachable });
});

it('does not keep what was never known', () => {
  const partial: Answer<Numbers> = { data: { totals: 2, series: null }, errors: [timeout] };
  expect(renewed(partial, partial)).toEqual({ answer: partial, notRenewed: undefined });
});

it('takes null without an error for an answer: the thing is gone', () => {
  const gone: Answer<Numbers> = { data: { totals: 2, series: null }, errors: [] };
  expect(renewed(complete, gone)).toEqual({ answer: gone, notRenewed: undefined });
});

it('still says why a part never came when nothing at all comes any more', () => {
  const partial: Answer<Numbers> = { data: { totals: 2, series: null }, errors: [timeout] };
  const unreachable = { code: 'UNREACHABLE', message: 'no network' };
  expect(renewed(partial, { errors: [unreachable] })).toEqual({ answer: partial, notRenewed: unreachable });
});

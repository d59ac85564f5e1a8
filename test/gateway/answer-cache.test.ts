import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnswerCache, type KeptAnswer, type MadeAnswer } from '../../src/gateway/answer-cache.js';

const answer: KeptAnswer = { body: Buffer.from('{}'), contentType: 'application/json', etag: '"a"', cacheControl: '' };

describe('an answer that is being made', () => {
  let cache: AnswerCache;
  let end: (made: MadeAnswer | undefined) => void;
  let fail: (error: Error) => void;
  let making: Promise<void>;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    vi.advanceTimersByTime(1);
    cache = new AnswerCache({ bytesMax: 10_000, salt: '' });
    making = cache.make(
      'key',
      () =>
        new Promise((resolve, reject) => {
          end = resolve;
          fail = reject;
        }),
    );
  });
  afterEach(() => vi.useRealTimers());

  it('is found by who asks meanwhile and later, until it is too old', async () => {
    const found = cache.find('key');
    end({ answer, maxAgeS: 2 });
    await making;
    expect(await found).toBe(answer);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(await cache.find('key')).toBe(answer);
    await vi.advanceTimersByTimeAsync(2);
    expect(await cache.find('key')).toBeUndefined();
  });

  it('is not waited for by who asks something else', async () => {
    expect(await cache.find('another')).toBeUndefined();
  });

  it('is not waited for longer than a second', async () => {
    const found = cache.find('key');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await found).toBeUndefined();
  });

  it('that is not to be kept, or has failed, is its maker’s alone', async () => {
    const found = cache.find('key');
    end(undefined);
    expect(await found).toBeUndefined();
    await making;
    const again = cache.make('key', () => new Promise((_resolve, reject) => (fail = reject)));
    const waiting = cache.find('key');
    fail(new Error('away'));
    await expect(again).rejects.toThrow('away');
    expect(await waiting).toBeUndefined();
    expect(await cache.find('key')).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
// The pool is no part of the folder's face; it is small enough to be asked alone.
import { Pool } from '../../src/cube/pool.js';

function numbers(size: number) {
  const closed: number[] = [];
  let opened = 0;
  const pool = new Pool<number>({
    size,
    open: async () => {
      opened += 1;
      return opened;
    },
    close: item => closed.push(item),
  });
  return { pool, closed, opened: () => opened };
}

it('opens no more than its size and hands what comes back to who waits', async () => {
  const { pool, opened } = numbers(2);
  const [first, second] = [await pool.acquire(), await pool.acquire()];
  const third = pool.acquire();
  expect(pool.isIdle).toBe(false);
  pool.release(second);
  expect(await third).toBe(second);
  pool.release(first);
  pool.release(second);
  expect(pool.isIdle).toBe(true);
  expect(opened()).toBe(2);
});

it('closes what is idle at once and the rest when it comes back', async () => {
  const { pool, closed } = numbers(2);
  const [first, second] = [await pool.acquire(), await pool.acquire()];
  pool.release(first);
  pool.close();
  expect(closed).toEqual([first]);
  pool.release(second);
  expect(closed).toEqual([first, second]);
  await expect(pool.acquire()).rejects.toThrow('closed');
});

it('gives the place back when opening fails', async () => {
  let isFailing = true;
  const pool = new Pool<string>({
    size: 1,
    open: async () => {
      if (isFailing) throw new Error('no connection');
      return 'connection';
    },
    close: () => {},
  });
  await expect(pool.acquire()).rejects.toThrow('no connection');
  isFailing = false;
  expect(await pool.acquire()).toBe('connection');
});

import { raw, sql } from '#sql';
import type { Engine } from '#warehouse';

/**
 * Runs work whose rows may come in any order. The engine then writes each row group as soon as it is full instead of
 * waiting for those before it, which keeps ten million rows under a gigabyte. Counting lines needs the order: not inside.
 */
export async function withoutOrder<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  await engine.run(set('false'));
  try {
    return await work();
  } finally {
    await engine.run(set('true'));
  }
}

const set = (value: 'true' | 'false') => sql`set preserve_insertion_order = ${raw(value)}`;

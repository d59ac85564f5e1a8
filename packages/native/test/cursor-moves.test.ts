import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Direction, moveCursor } from '../src/sql-api/cursor-moves.js';

let postgres: PGlite;
beforeAll(async () => {
  postgres = await PGlite.create();
});
afterAll(() => postgres.close());

const words: Readonly<Record<Direction, string>> = {
  FETCH_FORWARD: 'forward',
  FETCH_BACKWARD: 'backward',
  FETCH_ABSOLUTE: 'absolute',
  FETCH_RELATIVE: 'relative',
};
const directions: readonly Direction[] = ['FETCH_FORWARD', 'FETCH_BACKWARD', 'FETCH_ABSOLUTE', 'FETCH_RELATIVE'];

test('a cursor of ours passes the rows that one of Postgres passes, wherever both are sent', async () => {
  const move = fc.tuple(fc.constantFrom(...directions), fc.integer({ min: -6, max: 6 }));
  await fc.assert(
    fc.asyncProperty(fc.nat(5), fc.array(move, { minLength: 1, maxLength: 12 }), async (count, moves) => {
      const all = Array.from({ length: count }, (_, i) => i + 1);
      let position = 0;
      await postgres.exec(`begin; declare c scroll cursor for select n from generate_series(1, ${count}) as n;`);
      for (const [direction, steps] of moves) {
        const { rows } = await postgres.query<{ n: number }>(`fetch ${words[direction]} ${steps} from c`);
        const ours = moveCursor(all, position, direction, steps);
        expect(ours.rows, `${words[direction]} ${steps}`).toEqual(rows.map(({ n }) => n));
        ({ position } = ours);
      }
      await postgres.exec('rollback');
    }),
    { seed: 3, numRuns: 200 },
  );
});

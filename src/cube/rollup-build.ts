import { z } from 'zod';
import { type Part, partsOf, separableTable } from './rollup-parts.js';
import type { RollupStore } from './rollup-store.js';
import type { SnapshotInputs } from './snapshot-inputs.js';

/** What a snapshot's rollups are built with. */
export interface RollupParts {
  readonly store: RollupStore;
  readonly inputs: SnapshotInputs;
  /** Keys of the parts that the snapshot uses. */
  readonly used: Set<string>;
}

export interface RollupBuild extends RollupParts {
  /** Where Cube looks for the rollup. */
  readonly table: string;
  /** What Cube would fill it with. */
  readonly query: string;
  readonly values: unknown[];
  readonly run: (text: string, values?: unknown[]) => Promise<unknown[]>;
}

/** Up to so many rows a rollup is put together into one table, which is read faster than many. */
const joinedRowsMax = 100_000;

const counted = z.tuple([z.object({ n: z.coerce.number().int() })]);

/**
 * Builds a rollup from parts, of which those that an earlier snapshot has built of the same files are taken as they are.
 * What the reader sees is one table, whole: Cube knows nothing of parts (docs/decisions/0014).
 */
export async function buildRollup(build: RollupBuild): Promise<void> {
  const { table, query, inputs, store, run } = build;
  const base = separableTable(query, inputs.dated);
  const parts = base === undefined ? [] : partsOf(await inputs.rowsByDay(base), store.monthRowsMax);
  const beside = await inputs.beside(query, parts.length === 0 ? undefined : base);
  const built: Awaited<ReturnType<RollupStore['use']>>[] = [];
  if (base === undefined || parts.length === 0) built.push(await usePart(build, beside));
  else for (const part of parts) built.push(await usePart(build, beside, { base, part }));
  const rows = built.reduce((sum, part) => sum + part.rows, 0);
  const isJoined = built.length > 1 && rows <= joinedRowsMax;
  const all = built.map(part => `FROM ${part.table}`).join(' UNION ALL ');
  await run(`CREATE ${isJoined ? 'TABLE' : 'VIEW'} IF NOT EXISTS ${table} AS ${all}`);
}

async function usePart(
  { store, inputs, used, query, values, run }: RollupBuild,
  beside: readonly string[],
  of?: { readonly base: string; readonly part: Part },
) {
  const files = of === undefined ? [] : await inputs.files(of.base, of.part);
  const fill = async (table: string) => {
    // Not materialized, or DuckDB would read every column of the files.
    const from =
      of === undefined ? '' : `WITH ${of.base} AS NOT MATERIALIZED (${await inputs.rows(of.base, of.part)}) `;
    await run(`CREATE TABLE ${table} AS ${from}${query}`, values);
    const [{ n }] = counted.parse(await run(`SELECT count(*) AS n FROM ${table}`));
    return n;
  };
  return store.use({ query, values, inputs: [...beside, ...files], files }, fill, used);
}

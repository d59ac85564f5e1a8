import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { type ModelView, readCubes, readViews } from './model-files.js';
import { load } from './rest.js';
import { makeSmallLake, type SmallLake, writeEvents, writeGold, writeSessions } from './small-lake.js';

const cubes = await readCubes();
const views = await readViews();

let small: SmallLake;
let cube: CubeServer;
beforeAll(async () => {
  small = await makeSmallLake({ serve: { rollups: false } });
  await writeSessions(small, 1500);
  await writeGold(small);
  await writeEvents(small, 3000);
  await small.publish(1);
  cube = await startCube({ config: small.config });
});
afterAll(async () => {
  await cube?.close();
  await small?.close();
});

/** Names of a view's members that come from one of its cubes, beside what the cube calls them. */
function membersOf(view: ModelView, path: string): { readonly shown: string; readonly own: string }[] {
  const part = view.cubes.find(({ join_path: at }) => at === path);
  return (part?.includes ?? []).map(each =>
    typeof each === 'string' ? { shown: each, own: each } : { shown: each.alias, own: each.name },
  );
}

const cubeAt = (path: string) => cubes.find(({ name }) => name === path.slice(path.lastIndexOf('.') + 1));

/** What a view counts and adds up, and the dimensions of each of its cubes. */
function additive(view: ModelView) {
  const facts = view.cubes.filter(({ join_path: path }) => !path.includes('.'));
  return facts.flatMap(({ join_path: path }) =>
    membersOf(view, path)
      .filter(({ own }) =>
        cubeAt(path)?.measures.some(({ name, type }) => name === own && ['sum', 'count'].includes(type ?? '')),
      )
      .map(({ shown, own }) => ({ shown: `${view.name}.${shown}`, own: `${path}.${own}` })),
  );
}

const dimensionsAt = (view: ModelView, path: string): string[] =>
  membersOf(view, path)
    .filter(({ own }) => cubeAt(path)?.dimensions.some(({ name }) => name === own))
    .map(({ shown }) => `${view.name}.${shown}`);

const sumOf = (rows: readonly Readonly<Record<string, unknown>>[], member: string): number =>
  Math.round(rows.reduce((sum, row) => sum + Number(row[member] ?? 0), 0) * 1e6) / 1e6;

describe.each(views.map(view => [view.name, view] as const))('view %s', (_name, view) => {
  const measures = additive(view);

  it('stands on one cube of facts, which its other cubes only describe', () => {
    expect(view.cubes.filter(({ join_path: path }) => !path.includes('.'))).toHaveLength(1);
    expect(measures.length).toBeGreaterThan(0);
    for (const { join_path: path } of view.cubes.filter(part => part.join_path.includes('.'))) {
      const own = membersOf(view, path).map(each => each.own);
      expect(cubeAt(path)?.measures.filter(({ name }) => own.includes(name))).toEqual([]);
    }
  });

  // All dimensions at once bring all joins in; each cube of the view by itself brings in one.
  it.each([['all'], ...view.cubes.map(({ join_path: path }) => [path])])(
    'adds up to its cube alone, by the dimensions of %s',
    async path => {
      const paths = path === 'all' ? view.cubes.map(part => part.join_path) : [path];
      const dimensions = paths.flatMap(each => dimensionsAt(view, each));
      const { rows } = await load(cube, { measures: measures.map(({ shown }) => shown), dimensions });
      const alone = await load(cube, { measures: measures.map(({ own }) => own) });
      expect(rows.length).toBeGreaterThan(0);
      for (const { shown, own } of measures) expect(sumOf(rows, shown), shown).toBe(sumOf(alone.rows, own));
    },
  );
});

const meta = z.object({
  cubes: z.array(
    z.object({
      name: z.string(),
      folders: z.array(z.object({ name: z.string(), members: z.array(z.string()) })),
      measures: z.array(z.object({ name: z.string(), drillMembers: z.array(z.string()) })),
    }),
  ),
});

it('Cube tells folders, and a drill of each measure that stays in its view', async () => {
  const response = await fetch(`${cube.url}/cubejs-api/v1/meta`);
  const told = meta.parse(await response.json()).cubes;
  for (const view of views) {
    const found = told.find(({ name }) => name === view.name);
    expect(found?.folders.map(({ name }) => name)).toEqual(view.folders.map(({ name }) => name));
    for (const { name, drillMembers } of found?.measures ?? []) {
      expect(drillMembers.length, name).toBeGreaterThan(0);
      expect(
        drillMembers.filter(each => !each.startsWith(`${view.name}.`)),
        name,
      ).toEqual([]);
    }
  }
});

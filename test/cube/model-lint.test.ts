import { expect, it } from 'vitest';
import { type ModelCube, type ModelMember, readCubes, readViews } from './model-files.js';

const cubes = await readCubes();
const views = await readViews();

const isNumber = ({ type }: ModelMember): boolean => !['string', 'time', 'boolean', undefined].includes(type);
const isPublic = (member: ModelMember): boolean => member.public !== false;
const membersOf = ({ measures, dimensions }: ModelCube): ModelMember[] => [...measures, ...dimensions];
const everyMember = cubes.flatMap(cube => membersOf(cube).map(each => ({ name: `${cube.name}.${each.name}`, each })));
const namesOf = (rows: readonly { readonly name: string }[]): string[] => rows.map(({ name }) => name);

/** What a rule finds in a model that breaks it: the rules below must be able to fail. */
const broken = (change: Partial<ModelCube>): ModelCube[] => cubes.map(cube => ({ ...cube, ...change }));

const calendars = (all: readonly ModelCube[]): string[] => namesOf(all.filter(cube => cube.calendar === true));
const multiStage = (all: readonly ModelCube[]): string[] =>
  all.flatMap(cube => cube.measures.filter(measure => measure.multi_stage === true).map(({ name }) => name));
const masked = (all: readonly { readonly name: string; readonly access_policy: readonly object[] }[]): string[] =>
  namesOf(all.filter(({ access_policy: policy }) => policy.some(each => 'member_masking' in each)));

it('no cube is a calendar: without the native planner its weeks would begin on Monday in silence', () => {
  expect(calendars(cubes)).toEqual([]);
  expect(calendars(broken({ calendar: true }))).toHaveLength(cubes.length);
});

it('no measure is computed in stages: it fails as soon as a rollup matches', () => {
  expect(multiStage(cubes)).toEqual([]);
  expect(multiStage(broken({ measures: [{ name: 'rank', type: 'rank', multi_stage: true }] }))).toContain('rank');
});

it('no access policy masks: the portable planner cannot', () => {
  expect(masked([...cubes, ...views])).toEqual([]);
  expect(masked(broken({ access_policy: [{ role: '*', member_masking: '*' }] }))).toHaveLength(cubes.length);
});

it('rolling windows are private bases of numbers, so that SELECT * works and no client adds windows up', () => {
  const windows = everyMember.filter(({ each }) => each.rolling_window !== undefined);
  expect(windows).toHaveLength(10);
  expect(windows.filter(({ each }) => isPublic(each))).toEqual([]);
  const shown = everyMember.filter(({ name }) => /_(7|28)d(_s)?$/.test(name) && !name.includes('.window_'));
  expect(shown).toHaveLength(10);
  expect(shown.filter(({ each }) => isPublic(each) || each.type !== 'number')).toEqual([]);
});

it('joins go to the one side only, so that none multiplies rows', () => {
  const joins = cubes.flatMap(cube => cube.joins.map(join => ({ ...join, name: `${cube.name} to ${join.name}` })));
  expect(joins.length).toBeGreaterThan(10);
  expect(namesOf(joins.filter(({ relationship }) => !['many_to_one', 'one_to_one'].includes(relationship)))).toEqual(
    [],
  );
});

it('every number has a unit and a format, every measure something to drill into', () => {
  const numbers = everyMember.filter(({ each }) => isNumber(each) && isPublic(each));
  expect(namesOf(numbers.filter(({ each }) => each.meta?.unit === undefined))).toEqual([]);
  expect(namesOf(numbers.filter(({ each }) => each.format === undefined))).toEqual([]);
  expect(
    cubes.flatMap(cube =>
      cube.measures.filter(each => isPublic(each) && each.drill_members === undefined).map(({ name }) => name),
    ),
  ).toEqual([]);
});

it('distinct counts say whether they are exact, and no rollup holds an estimate', () => {
  const distinct = everyMember.filter(({ each }) => each.type?.startsWith('count_distinct') && isPublic(each));
  expect(distinct.length).toBeGreaterThan(5);
  for (const { name, each } of distinct) {
    expect(each.meta?.exactness, name).toBe(each.type === 'count_distinct' ? 'exact' : 'approximate');
  }
  const approximate = distinct.filter(({ each }) => each.type === 'count_distinct_approx');
  const inRollups = cubes.flatMap(cube => cube.pre_aggregations.flatMap(rollup => rollup.measures));
  for (const { each } of approximate) expect(inRollups).not.toContain(`CUBE.${each.name}`);
});

it.each(views.map(view => [view.name, view] as const))('view %s shows each member in one folder', (_name, view) => {
  const shown = view.cubes.flatMap(({ includes }) =>
    includes.map(each => (typeof each === 'string' ? each : each.alias)),
  );
  expect(view.folders.flatMap(({ includes }) => includes).toSorted()).toEqual(shown.toSorted());
});

it('what is proven, allowed and possible stands side by side', () => {
  const trio = ['watch_time_s', 'uncertain_s', 'estimated_tail_s'];
  for (const { name, cubes: parts, folders } of views) {
    const shown = new Set(
      parts.flatMap(({ includes }) => includes.map(each => (typeof each === 'string' ? each : each.alias))),
    );
    if (!shown.has('watch_time_s') || !parts.some(({ join_path: path }) => path === 'sessions')) continue;
    // Windows and the day beside them are about proven time.
    if (name === 'viewing_trends') continue;
    expect(
      folders.some(({ includes }) => trio.every(each => includes.includes(each))),
      name,
    ).toBe(true);
  }
});

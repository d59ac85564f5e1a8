import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const member = z.looseObject({
  name: z.string(),
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  format: z.string().optional(),
  public: z.boolean().optional(),
  multi_stage: z.boolean().optional(),
  rolling_window: z.object({ trailing: z.string() }).optional(),
  meta: z.looseObject({ unit: z.string().optional(), exactness: z.string().optional() }).optional(),
  drill_members: z.array(z.string()).optional(),
});
export type ModelMember = z.infer<typeof member>;

const cube = z.looseObject({
  name: z.string(),
  sql: z.string().optional(),
  sql_table: z.string().optional(),
  calendar: z.boolean().optional(),
  joins: z.array(z.object({ name: z.string(), relationship: z.string() })).default([]),
  measures: z.array(member),
  dimensions: z.array(member),
  segments: z.array(member).default([]),
  pre_aggregations: z.array(z.looseObject({ name: z.string(), measures: z.array(z.string()).default([]) })).default([]),
  access_policy: z.array(z.looseObject({})).default([]),
});
export type ModelCube = z.infer<typeof cube>;

const included = z.union([z.string(), z.object({ name: z.string(), alias: z.string() })]);
const view = z.looseObject({
  name: z.string(),
  cubes: z.array(z.object({ join_path: z.string(), includes: z.array(included) })),
  folders: z.array(z.object({ name: z.string(), includes: z.array(z.string()) })),
  access_policy: z.array(z.looseObject({})).default([]),
});
export type ModelView = z.infer<typeof view>;

const folder = new URL('../../model/', import.meta.url);

async function read<T>(kind: 'cubes' | 'views', of: z.ZodType<T>): Promise<T[]> {
  const path = fileURLToPath(new URL(kind, folder));
  const names = (await readdir(path)).filter(name => name.endsWith('.yml')).toSorted();
  const file = z.object({ [kind]: z.array(of) });
  const files = await Promise.all(
    names.map(async name => file.parse(parse(await readFile(`${path}/${name}`, 'utf8')))),
  );
  return files.flatMap(each => each[kind] ?? []);
}

/** The models as their files say them. */
export const readCubes = (): Promise<ModelCube[]> => read('cubes', cube);
export const readViews = (): Promise<ModelView[]> => read('views', view);

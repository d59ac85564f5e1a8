/** The models as scripts read them: cubes with their members, and views with the members that they show. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function definitions(kind) {
  const folder = join(root, 'model', kind);
  const names = (await readdir(folder)).filter(name => name.endsWith('.yml')).sort();
  const files = await Promise.all(names.map(async name => parse(await readFile(join(folder, name), 'utf8'))));
  return files.flatMap(file => file[kind] ?? []);
}

/**
 * Each view with its columns in the order of the SQL API, dimensions first; segments are none. A view shows members that
 * its cubes keep private.
 */
export async function readViews() {
  const cubes = new Map((await definitions('cubes')).map(cube => [cube.name, cube]));
  return (await definitions('views')).map(view => {
    const shown = view.cubes.flatMap(({ join_path: path, includes }) => {
      const cube = cubes.get(path.slice(path.lastIndexOf('.') + 1));
      return includes.map(each => {
        const [own, name] = typeof each === 'string' ? [each, each] : [each.name, each.alias];
        const find = list => (list ?? []).find(member => member.name === own);
        const measure = find(cube.measures);
        const kind = measure !== undefined ? 'measure' : find(cube.dimensions) !== undefined ? 'dimension' : 'segment';
        const member = measure ?? find(cube.dimensions) ?? find(cube.segments);
        if (member === undefined) throw new Error(`view ${view.name} shows ${path}.${own}, which is no member`);
        return { ...member, name, own: `${cube.name}.${own}`, kind };
      });
    });
    const columns = ['dimension', 'measure'].flatMap(kind => shown.filter(member => member.kind === kind));
    return { ...view, columns, segments: shown.filter(member => member.kind === 'segment') };
  });
}

/**
 * Writes what the catalogue (src/metrics/catalogue.ts) says into its copies: title, description and unit of every
 * member of model/cubes/*.yml that carries a metric's name, and docs/metrics.md. `--check` writes nothing and exits
 * with 1 when a copy is stale or a public member has no description.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { readViews, root } from './model.mjs';

/** What stands before a column's name where the table also has a measure of that name. */
const singulars = {
  sessions: 'session',
  user_videos: 'user_video',
  users: 'user',
  videos: 'video',
  video_days: 'video_day',
  quality_results: 'quality_result',
  experiments: 'experiment',
  exposures: 'exposure',
  alerts: 'alert',
};

/** Compiles one file of src/ in memory: it stands alone, and dist/ may be stale. */
async function compiled(...path) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src', ...path)],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'warning',
  });
  const text = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${text}`);
}

/** The title, description and unit that a member must carry; nothing for members that are no metric. */
function wantedOf(catalogue, cube, member) {
  const metric = catalogue[member];
  if (metric !== undefined) return { title: metric.title, description: metric.says, unit: metric.unit };
  const singular = singulars[cube];
  const column = singular !== undefined && member.startsWith(`${singular}_`) ? member.slice(singular.length + 1) : '';
  if (catalogue[column] === undefined) return undefined;
  const { title, says, unit } = catalogue[column];
  return { title: `${title} (${singular.replaceAll('_', ' and ')})`, description: says, unit };
}

const quoted = text => (/[:#{}'"[\],&*?|<>%@`]|^\s|\s$|^-/.test(text) ? `'${text.replaceAll("'", "''")}'` : text);

/** The text of one model file with every stale copy replaced in place, so that all else keeps its form. */
function rewrite(text, path, catalogue) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const edits = [];
  const faults = [];
  const members = [];
  const at = node => `${path}:${lines.linePos(node.range[0]).line}`;
  for (const cube of document.get('cubes')?.items ?? []) {
    const cubeName = cube.get('name');
    for (const kind of ['measures', 'dimensions']) {
      for (const member of cube.get(kind)?.items ?? []) {
        const name = member.get('name');
        members.push({ cube: cubeName, kind, name, isPrivate: member.get('public') === false });
        const wanted = wantedOf(catalogue, cubeName, name);
        const description = member.get('description');
        if (wanted === undefined) {
          if (!description || description === '-') faults.push(`${at(member)}: ${cubeName}.${name} has no description`);
          continue;
        }
        for (const [keys, value] of [
          [['title'], wanted.title],
          [['description'], wanted.description],
          [['meta', 'unit'], wanted.unit],
        ]) {
          const node = keys.reduce((parent, key) => (isMap(parent) ? parent.get(key, true) : undefined), member);
          if (!isScalar(node)) faults.push(`${at(member)}: ${cubeName}.${name} has no ${keys.join('.')}`);
          else if (node.value !== value) edits.push({ range: node.range, value: quoted(value), at: at(node), name });
        }
      }
    }
  }
  const rewritten = edits
    .toSorted((a, b) => b.range[0] - a.range[0])
    .reduce((result, { range, value }) => result.slice(0, range[0]) + value + result.slice(range[1]), text);
  return { rewritten, faults, members };
}

/** docs/metrics.md: its text, with the catalogue and the matrix of levels in their places. */
function docsPage(template, { catalogue, definitions, terms }, tables, members, views) {
  // A measure that its cube keeps private is found in the views that show it.
  const inViews = member =>
    views
      .filter(({ columns }) => columns.some(({ own }) => own === `${member.cube}.${member.name}`))
      .map(({ name }) => name);
  const places = name =>
    members
      .filter(member => member.kind === 'measures' && member.name === name)
      .flatMap(member => (member.isPrivate ? inViews(member) : [member.cube]))
      .map(place => `\`${place}.${name}\``)
      .join(', ');
  const units = { s: 'seconds', ratio: 'share, 0 to 1', score: 'points, 0 to 100', boolean: 'true or false' };
  const rows = Object.entries(catalogue).map(
    ([name, { title, unit, says, rule }]) =>
      `| \`${name}\` | ${title} | ${says} | ${units[unit] ?? unit} | ${rule} | ${places(name) || '-'} |`,
  );
  const table = [
    '| name | title | meaning | unit | rule | measure |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  return template
    .replace('{{catalogue}}', table)
    .replace('{{formulas}}', formulas(definitions))
    .replace(
      '{{terms}}',
      Object.entries(terms)
        .map(([term, says]) => `- \`${term}\`: ${says}`)
        .join('\n'),
    )
    .replace('{{matrix}}', matrix(catalogue, tables, members));
}

/** What each metric is computed from, how near it is to what happened, and what pins it. */
function formulas(definitions) {
  const page = name => `[${name.slice(0, 2)}](../test/scenarios/${name}.md)`;
  const rows = Object.entries(definitions).map(([name, { formula, exactness, column, scenarios, elsewhere }]) => {
    const pinned =
      elsewhere === undefined ? scenarios.map(page).join(', ') : `[${elsewhere.split('/').at(-1)}](../${elsewhere})`;
    return `| \`${name}\` | \`${formula}\` | ${exactness.replaceAll('_', ' ')} | ${column === null ? '-' : `\`${column}\``} | ${pinned} |`;
  });
  return [
    '| metric | formula | exactness | first held by | pinned by |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The tables that DESIGN.md 4.4 and 4.5 give metrics to, and what one row of them is. */
const levels = {
  sessions: 'session',
  user_videos: 'user and video',
  users: 'user',
  videos: 'video',
  video_days: 'video and day',
};

/** Which level carries which metric, as a column of its rows or as a measure over them. */
function matrix(catalogue, tables, members) {
  const isMeasure = (table, name) =>
    members.some(({ cube, kind, name: measure }) => cube === table && kind === 'measures' && measure === name);
  const cell = (table, name) => (name in tables[table].columns ? 'column' : isMeasure(table, name) ? 'measure' : '-');
  const rows = Object.keys(catalogue)
    .map(name => [name, ...Object.keys(levels).map(table => cell(table, name))])
    .filter(([, ...cells]) => cells.some(held => held !== '-'))
    .map(([name, ...cells]) => `| \`${name}\` | ${cells.join(' | ')} |`);
  return [
    `| metric | ${Object.values(levels).join(' | ')} |`,
    `| --- | ${Object.keys(levels)
      .map(() => '---')
      .join(' | ')} |`,
    ...rows,
  ].join('\n');
}

const isCheck = process.argv.includes('--check');
const { catalogue } = await compiled('metrics', 'catalogue.ts');
const { definitions, terms } = await compiled('metrics', 'definitions.ts');
const { tables } = await compiled('tables', 'tables.ts');
const folder = join(root, 'model', 'cubes');
const files = (await readdir(folder)).filter(name => name.endsWith('.yml')).sort();
const faults = [];
const members = [];
const copies = [];
for (const file of files) {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const result = rewrite(text, `model/cubes/${file}`, catalogue);
  faults.push(...result.faults);
  members.push(...result.members);
  copies.push({ path, name: `model/cubes/${file}`, text, wanted: result.rewritten });
}
const page = join(root, 'docs', 'metrics.md');
copies.push({
  path: page,
  name: 'docs/metrics.md',
  text: await readFile(page, 'utf8').catch(() => ''),
  wanted: docsPage(
    await readFile(join(root, 'scripts', 'metrics-page.md'), 'utf8'),
    { catalogue, definitions, terms },
    tables,
    members,
    await readViews(),
  ),
});

const stale = copies.filter(copy => copy.text !== copy.wanted);
for (const copy of stale) {
  if (isCheck) faults.push(`${copy.name}: stale, run \`npm run metrics\``);
  else {
    await writeFile(copy.path, copy.wanted);
    console.log(`wrote ${copy.name}`);
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

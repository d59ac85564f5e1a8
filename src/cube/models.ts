import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** One file as Cube's compiler takes it. */
export interface ModelFile {
  readonly fileName: string;
  readonly content: string;
}

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(value), z.record(z.string(), value)]),
);
const definitions = z.array(z.record(z.string(), value));
const modelFile = z.object({ cubes: definitions.optional(), views: definitions.optional() });

/** How long the models are taken to be unchanged: Cube asks for them several times a request in development. */
const freshMs = 1000;

/**
 * The models for as long as no file changes. Outside of production Cube reads them again for every request to notice
 * an edit, and parsing them takes ten times as long as the answer.
 */
export function modelReader(folder: string): () => Promise<ModelFile[]> {
  let known: { readonly stamp: string; readonly files: ModelFile[] } | undefined;
  let reading: Promise<ModelFile[]> | undefined;
  let readAt = 0;
  const look = async () => {
    const stamp = await stampOf(folder);
    if (known?.stamp !== stamp) known = { stamp, files: await readModels(folder) };
    return known.files;
  };
  return () => {
    if (reading === undefined || performance.now() - readAt > freshMs) {
      readAt = performance.now();
      const current = look().catch((error: unknown) => {
        if (reading === current) reading = undefined;
        throw error;
      });
      reading = current;
    }
    return reading;
  };
}

/**
 * What stands for the models as they are now: another text once a file has changed.
 * @param read as `modelReader` makes it: the same object for as long as no file changes
 */
export function modelVersioner(read: () => Promise<object>): () => Promise<string> {
  const numbers = new WeakMap<object, number>();
  let seen = 0;
  return async () => {
    const current = await read();
    const number = numbers.get(current) ?? ++seen;
    numbers.set(current, number);
    return `models ${number}`;
  };
}

/** Changes when a file comes, goes or is written. */
async function stampOf(folder: string): Promise<string> {
  const stamps = (await modelPaths(folder)).map(async path => {
    const { mtimeMs, size } = await stat(path);
    return `${path} ${mtimeMs} ${size}`;
  });
  return (await Promise.all(stamps)).join('\n');
}

async function modelPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return paths.toSorted();
}

/** The first line of what `readModels` makes of YAML. */
const ofYaml = '// Made of YAML.\n';

/** Whether a file of models is of `readModels`' own making: calls of `cube` and `view` with one text each, and nothing for Cube to rewrite. */
export const isMadeOfYaml = ({ content }: ModelFile): boolean => content.startsWith(ofYaml);

/**
 * Reads the models, and hands them over as the JavaScript that Cube would make of their YAML. Cube's own way parses
 * every string of a YAML model, titles included, as Python, and walks the syntax tree of every file twenty times to
 * find the members that its texts name: seconds of processor at every start for models of this size. Here each text is
 * a function of the names in it already, and a model one string that Cube does not walk.
 * test/cube/compiled.test.ts asks that both ways mean the same.
 */
export async function readModels(folder: string): Promise<ModelFile[]> {
  return Promise.all(
    (await modelPaths(folder)).map(async path => {
      const fileName = path.slice(folder.length + 1);
      const content = await readFile(path, 'utf8');
      if (!fileName.endsWith('.yml')) return { fileName, content };
      const { cubes = [], views = [] } = modelFile.parse(parse(content));
      const sources = [
        ...cubes.map(cube => definitionSource('cube', cube)),
        ...views.map(view => definitionSource('view', view)),
      ];
      return { fileName: fileName.replace(/\.yml$/, '.js'), content: `${ofYaml}${sources.join('\n')}` };
    }),
  );
}

function definitionSource(kind: 'cube' | 'view', { name, ...rest }: Readonly<Record<string, Value>>): string {
  return `${kind}(${JSON.stringify(name)}, (0, eval)(${JSON.stringify(`(${source(rest, '')})`)}));\n`;
}

/** Lists whose items are looked up by name. */
const named = new Set(['joins', 'measures', 'dimensions', 'segments', 'pre_aggregations', 'indexes']);
/** Keys that hold members, not text; those of a rollup share names with the lists of a cube. */
const references = new Set([
  'drill_members',
  'time_dimension',
  'measures',
  'dimensions',
  'segments',
  'columns',
  'join_path',
  'member',
]);
/** Keys that hold SQL. */
const statements = new Set(['sql', 'sql_table']);
/** A value that an access policy takes from the caller. */
const expression = /^\{ *([\w.]+) *\}$/;

function source(given: Value, key: string): string {
  if (typeof given === 'string') {
    if (statements.has(key)) return functionOf(namesIn(given), template(given));
    return references.has(key) ? functionOf([given], given) : JSON.stringify(given);
  }
  if (isList(given)) {
    if (named.has(key) && given.every(item => isMap(item) && 'name' in item)) return namedSource(given);
    const texts = given.filter(item => typeof item === 'string');
    if (texts.length === given.length && references.has(key)) return functionOf(texts, `[${texts.join(', ')}]`);
    if (texts.length === given.length && key === 'values') return valuesSource(texts);
    return `[${given.map(item => source(item, key)).join(', ')}]`;
  }
  if (!isMap(given)) return JSON.stringify(given);
  return `{ ${Object.entries(given)
    .map(([name, item]) => `${JSON.stringify(name)}: ${source(item, name)}`)
    .join(', ')} }`;
}

function namedSource(items: readonly Value[]): string {
  const fields = items.filter(isMap).map(({ name, ...rest }) => `${JSON.stringify(name)}: ${source(rest, '')}`);
  return `{ ${fields.join(',\n  ')} }`;
}

function valuesSource(texts: readonly string[]): string {
  const paths = texts.map(text => expression.exec(text)?.[1]);
  const items = texts.map((text, index) => paths[index] ?? JSON.stringify(text));
  return functionOf(
    paths.filter(path => path !== undefined),
    `[${items.join(', ')}]`,
  );
}

/** Cube calls the functions of a model with what the names of their parameters stand for: cubes, members, CUBE. */
function functionOf(paths: readonly string[], body: string): string {
  const roots = new Set(paths.map(path => path.split('.')[0]));
  return `(${[...roots].join(', ')}) => ${body}`;
}

const isList = (given: Value): given is readonly Value[] => Array.isArray(given);
const isMap = (given: Value): given is { readonly [key: string]: Value } =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

/** The paths in braces. */
const namesIn = (text: string): string[] => [...text.matchAll(/\{([\w.]+)\}/g)].map(([, path = '']) => path);

/** `{CUBE}.x` of YAML is `${CUBE}.x` of JavaScript. */
const template = (text: string): string =>
  `\`${text.replaceAll(/[\\`$]/g, found => `\\${found}`).replaceAll('{', '${')}\``;

/**
 * Builds everything that runs: src/ to dist/ (ES modules, file by file; the command bundled), packages/native to CommonJS (Cube requires it),
 * and the dashboard's page to dist/dashboard/public. Types are checked apart (`npm run types`): building takes a second.
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);

async function typescriptFiles(folder, isWanted = () => true) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(isWanted);
}

const shared = { platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning' };
const exists = path =>
  readdir(path)
    .then(() => true)
    .catch(() => false);

export async function buildAll() {
  // By dist/ the command tells what is stale: it comes last.
  await exchange(at('packages', 'native', 'dist'), buildNative);
  await exchange(at('dist'), async dist => {
    await Promise.all([buildModules(dist), buildCommand(dist), buildDashboard(dist), buildGraphiql(dist)]);
  });
}

/** Makes a folder anew beside the one that is there, then changes them: a command that starts meanwhile finds one of them, whole. */
async function exchange(folder, make) {
  const [made, old] = [`${folder}-${process.pid}`, `${folder}-old-${process.pid}`];
  try {
    await mkdir(made, { recursive: true });
    await make(made);
    await rename(folder, old).catch(unless('ENOENT'));
    // Another build of the same sources may have come in between: its folder is as good.
    await rename(made, folder).catch(unless('ENOTEMPTY', 'EEXIST'));
  } finally {
    for (const left of [made, old]) await rm(left, { recursive: true, force: true });
  }
}

const unless =
  (...codes) =>
  error => {
    if (!codes.includes(error.code)) throw error;
  };

async function buildModules(dist) {
  const isModule = path => !path.startsWith(at('src', 'dashboard', 'app')) && !path.startsWith(at('src', 'cli'));
  const entryPoints = await typescriptFiles(at('src'), isModule);
  await build({ ...shared, entryPoints, outdir: dist, outbase: at('src'), format: 'esm' });
}

async function buildNative(dist) {
  const source = at('packages', 'native', 'src');
  const entryPoints = await typescriptFiles(source);
  // libpg-query and PGlite are ES modules: a true import() must survive in CommonJS output.
  const supported = { 'dynamic-import': true };
  await build({ ...shared, entryPoints, outdir: dist, outbase: source, format: 'cjs', supported });
}

/** Read at every start: of many small files, or CommonJS, which Node takes apart twice to find the names of an import. */
const inlined =
  /^(zod|commander|yaml|jstat|cli-progress|string-width|strip-ansi|ansi-regex|emoji-regex|is-fullwidth-code-point|hyparquet|hyparquet-writer|hyparquet-compressors|hysnappy|fzstd|tinyglobby|fdir|picomatch|aws4fetch)(\/|$)/;

/** The command in few files: what a command does not use lies in files of its own, which are read when they are needed. */
async function buildCommand(dist) {
  await build({
    ...shared,
    entryPoints: [at('src', 'cli', 'main.ts')],
    outdir: join(dist, 'cli'),
    bundle: true,
    splitting: true,
    format: 'esm',
    conditions: ['source'],
    plugins: [{ name: 'packages stay packages', setup: keepPackages }],
    // For what CommonJS packages require of Node.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
  });
}

function keepPackages(bundling) {
  bundling.onResolve({ filter: /^[^.#/]/ }, ({ path }) => (inlined.test(path) ? undefined : { path, external: true }));
}

/** For development servers. Its packages are development's: where they are not installed, there is no GraphiQL. */
async function buildGraphiql(dist) {
  if (!(await exists(at('node_modules', 'graphiql')))) return;
  await build({
    entryPoints: [at('scripts', 'graphiql-page.mjs')],
    outdir: join(dist, 'graphiql'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    loader: { '.woff2': 'file', '.ttf': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
}

async function buildDashboard(dist) {
  const app = at('src', 'dashboard', 'app');
  const isThere = (await readdir(app).catch(() => [])).includes('main.tsx');
  if (!isThere) return;
  const out = join(dist, 'dashboard', 'public');
  await build({
    entryPoints: [join(app, 'main.tsx')],
    outdir: out,
    bundle: true,
    // What draws comes when the first drawing comes into view.
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    // `#charts` is taken from src/, as TypeScript does.
    conditions: ['source', 'module'],
    // Documents go to the gateway as they are published, to the byte: it knows them by their hash.
    loader: { '.graphql': 'text' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    sourcemap: true,
    logLevel: 'warning',
  });
  if (await exists(join(app, 'public'))) await cp(join(app, 'public'), out, { recursive: true });
  await compress(out);
}

/** Writes `<file>.br` beside what a first load asks for: the gateway sends it to browsers that take it. */
async function compress(folder) {
  const names = (await readdir(folder)).filter(name => /\.(js|css|html|svg)$/.test(name));
  await Promise.all(
    names.map(async name => {
      const text = await readFile(join(folder, name));
      await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(text));
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();

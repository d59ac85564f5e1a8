/**
 * Builds everything that runs: src/ to dist/ (ES modules, file by file), packages/native to CommonJS (Cube requires it),
 * and the dashboard's page to dist/dashboard/public. Types are checked apart (`npm run types`): building takes a second.
 */
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  await rm(at('dist'), { recursive: true, force: true });
  await mkdir(at('dist'), { recursive: true });
  const sources = await typescriptFiles(at('src'), path => !path.startsWith(at('src', 'dashboard', 'app')));
  const native = await typescriptFiles(at('packages', 'native', 'src'));
  await Promise.all([
    build({ ...shared, entryPoints: sources, outdir: at('dist'), outbase: at('src'), format: 'esm' }),
    native.length > 0 &&
      build({
        ...shared,
        entryPoints: native,
        outdir: at('packages', 'native', 'dist'),
        outbase: at('packages', 'native', 'src'),
        format: 'cjs',
        // libpg-query and PGlite are ES modules: a true import() must survive in CommonJS output.
        supported: { 'dynamic-import': true },
      }),
    buildDashboard(),
    buildGraphiql(),
  ]);
}

/** For development servers. Its packages are development's: where they are not installed, there is no GraphiQL. */
async function buildGraphiql() {
  if (!(await exists(at('node_modules', 'graphiql')))) return;
  await build({
    entryPoints: [at('scripts', 'graphiql-page.mjs')],
    outdir: at('dist', 'graphiql'),
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

async function buildDashboard() {
  const app = at('src', 'dashboard', 'app');
  const isThere = (await readdir(app).catch(() => [])).includes('main.tsx');
  if (!isThere) return;
  const out = at('dist', 'dashboard', 'public');
  await build({
    entryPoints: [join(app, 'main.tsx')],
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    sourcemap: true,
    logLevel: 'warning',
  });
  if (await exists(join(app, 'public'))) await cp(join(app, 'public'), out, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();

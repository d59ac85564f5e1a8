/**
 * Writes what follows from schema.graphql and the published documents: documents/manifest.json (every document of
 * documents/ and of the reports under its SHA-256) and the types of scripts/graphql-types.mjs. `--check` writes
 * nothing and exits with 1 when a file is stale or a document does not fit the schema.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildSchema, parse, validate } from 'graphql';
import { clientTypes, contractTypes, dashboardTypes, resolverTypes } from './graphql-types.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function documentFiles() {
  const names = (await readdir(join(root, 'documents'))).filter(name => name.endsWith('.graphql')).sort();
  return Promise.all(names.map(async name => ({ name, body: await readFile(join(root, 'documents', name), 'utf8') })));
}

/** The exported texts of src/reports/documents.ts whose names end in `Document`. */
async function documentsOfReports() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/reports/documents.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'warning',
  });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  return Object.entries(module)
    .filter(([name, body]) => name.endsWith('Document') && typeof body === 'string')
    .map(([name, body]) => ({ name: `reports ${name}`, body }));
}

function operationOf(schema, { name, body }) {
  const document = parse(body);
  const faults = validate(schema, document);
  if (faults.length > 0) throw new Error(`${name}: ${faults.map(fault => fault.message).join('; ')}`);
  const [operation] = document.definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const id = createHash('sha256').update(body).digest('hex');
  return { id, name: operation.name.value, type: operation.operation, body };
}

/** Apollo's format of a manifest; one line an operation, so that a diff shows which changed. */
function manifestOf(operations) {
  const sorted = operations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.map(operation => `    ${JSON.stringify(operation)}`).join(',\n');
  return `{\n  "format": "apollo-persisted-query-manifest",\n  "version": 1,\n  "operations": [\n${lines}\n  ]\n}\n`;
}

/** Everything that is generated: path to text. */
export async function generated() {
  const source = await readFile(join(root, 'schema.graphql'), 'utf8');
  const schema = buildSchema(source);
  const files = (await documentFiles()).map(file => operationOf(schema, file));
  const ofReports = (await documentsOfReports()).map(file => operationOf(schema, file));
  const isOfDashboard = ({ name }) => name.startsWith('Dashboard');
  return {
    'documents/manifest.json': manifestOf([...files, ...ofReports]),
    'src/gateway/contract.generated.ts': await contractTypes(source),
    'src/gateway/resolvers.generated.ts': await resolverTypes(source),
    'src/dashboard/app/answers.generated.ts': await dashboardTypes(source, files.filter(isOfDashboard)),
    'examples/graphql/documents.generated.ts': await clientTypes(
      source,
      files.filter(file => !isOfDashboard(file)),
    ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  for (const [path, text] of Object.entries(await generated())) {
    const written = await readFile(join(root, path), 'utf8').catch(() => '');
    if (written === text) continue;
    if (isCheck) {
      console.error(`${path} is stale: run npm run graphql`);
      process.exitCode = 1;
    } else await writeFile(join(root, path), text);
  }
}

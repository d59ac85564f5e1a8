import { access, constants, mkdtemp, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '#config';
import { PlayheadError } from '#errors';
import { sql } from '#sql';
import { DuckdbEngine } from '#warehouse';
import { assertPortsFree } from './ports.js';

/** One thing that has to be right. `look` says what it found; it throws what is wrong, as one of our errors. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<string>;
}

/** The Node.js versions of package.json. */
const nodeVersions = [
  { major: 20, minor: 19 },
  { major: 22, minor: 12 },
  { major: 24, minor: 0 },
] as const;

/** @param version as `process.versions.node` says it */
export const nodeCheck = (version: string): Check => ({
  name: 'node',
  look: async () => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (nodeVersions.some(known => major === known.major && minor >= known.minor)) return `Node.js ${version}`;
    throw new PlayheadError({
      code: 'USAGE',
      message: `Node.js ${version} is none that Playhead is tested with`,
      hint: `install ${nodeVersions.map(known => `${known.major}.${known.minor}`).join(', ')} or later of one of these`,
    });
  },
});

/** What the embedded way needs of this machine, and serving in any case. */
export function machineChecks(config: Config): Check[] {
  return [
    {
      name: 'duckdb',
      look: async () => {
        const engine = await DuckdbEngine.open({ threads: 1, memoryLimit: config.engine.memory_limit });
        try {
          const [row] = await engine.query(sql`select version() as version`);
          return `DuckDB ${String(row?.['version'])}, up to ${config.engine.memory_limit}`;
        } finally {
          await engine.close();
        }
      },
    },
    { name: 'data folder', look: () => lookAtFolder(config.data) },
    {
      name: 'ports',
      look: async () => {
        await assertPortsFree(config);
        const { cube, sql: sqlApi, gateway } = config.ports;
        return `${cube} (Cube), ${sqlApi} (SQL) and ${gateway} (gateway) are free on ${config.host}`;
      },
    },
    {
      name: 'secrets',
      // Loading the configuration has refused default secrets already, where the environment is production.
      look: async () =>
        config.environment === 'production'
          ? 'none of them is a default'
          : 'not looked at in development; with PLAYHEAD_ENVIRONMENT=production defaults are refused',
    },
  ];
}

async function lookAtFolder(data: string): Promise<string> {
  const folder = resolve(data);
  const existing = await nearestExisting(folder);
  try {
    const probe = await mkdtemp(join(existing, '.playhead-doctor-'));
    await rmdir(probe);
  } catch (cause) {
    throw new PlayheadError({
      code: 'DATA_NOT_WRITABLE',
      at: existing,
      message: 'the folder cannot be written',
      hint: 'look at its owner and rights, or set PLAYHEAD_DATA to another',
      cause,
    });
  }
  return existing === folder ? `${folder} can be written` : `${folder} is not there yet and can be made`;
}

async function nearestExisting(folder: string): Promise<string> {
  const isThere = await access(folder, constants.F_OK).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

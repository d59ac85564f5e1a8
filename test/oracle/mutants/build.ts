import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Config } from '#config';
import type { PlannedStatement } from '#sql';
import { type Mutant, mutated } from './mutant.js';

type Plan = (config: Config) => PlannedStatement[];

/** Compiles the pipelines with one source file mutated, in memory; the files stay as they are. */
export async function planOf(root: string, mutant?: Mutant): Promise<Plan> {
  const file = mutant === undefined ? undefined : join(root, 'src', 'sessionize', mutant.file);
  const plugin: Plugin = {
    name: 'mutate',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, ({ path }) =>
        mutant !== undefined && path === file
          ? { contents: mutated(readFileSync(path, 'utf8'), mutant), loader: 'ts' }
          : undefined,
      ),
  };
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test', 'oracle', 'plan-tables.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    logLevel: 'silent',
    plugins: [plugin],
  });
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { planTables }: { planTables: Plan } = await import(`data:text/javascript;base64,${text}`);
  return planTables;
}

import { z } from 'zod';
import { PlayheadError } from '#errors';

const form = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;
const treeSchema = z.record(z.string(), z.unknown());

/**
 * A value of the configuration with every text `env:NAME` in it replaced by that variable: addresses and passwords of
 * sinks, and where a warehouse is, need not stand in the file. @throws CONFIG_INVALID when there is no such variable
 */
export function fromEnvironment(value: unknown, env: NodeJS.ProcessEnv, path: string): unknown {
  if (typeof value === 'string') {
    const name = form.exec(value)?.[1];
    return name === undefined ? value : variable(name, env, path);
  }
  if (Array.isArray(value)) return value.map((item, i) => fromEnvironment(item, env, `${path}.${i}`));
  const tree = treeSchema.safeParse(value);
  if (!tree.success) return value;
  return Object.fromEntries(
    Object.entries(tree.data).map(([key, held]) => [key, fromEnvironment(held, env, `${path}.${key}`)]),
  );
}

function variable(name: string, env: NodeJS.ProcessEnv, path: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new PlayheadError({
    code: 'CONFIG_INVALID',
    at: path,
    message: `the environment has no variable ${name}`,
    hint: `set ${name}, or write the value into the file`,
  });
}

import type { z } from 'zod';
import { PlayheadError } from '#errors';
import { configSchema } from './schema.js';

/** The environment's names of the ports. */
export const portVariables = {
  cube: 'PLAYHEAD_CUBE_PORT',
  sql: 'PLAYHEAD_SQL_PORT',
  gateway: 'PLAYHEAD_GATEWAY_PORT',
} as const;

interface Refused {
  /** None where only defaults and the environment speak. */
  readonly file: string | undefined;
  readonly wanted: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
  readonly error: z.ZodError;
}

/** Says in one line which key is wrong, how, and what it holds. */
export function invalidConfig({ file, wanted, env, error }: Refused): PlayheadError {
  const [issue, ...others] = error.issues;
  const path = (issue?.path ?? []).map(String);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : undefined;
  const [firstUnknown] = unknown ?? [];
  const near = firstUnknown === undefined ? undefined : nearest(firstUnknown, keysAt(path));
  const key = [...path, ...(firstUnknown === undefined ? [] : [firstUnknown])];
  return new PlayheadError({
    code: 'CONFIG_INVALID',
    at: placeOf(key, file, env),
    message: `${unknown === undefined ? `${issue?.message ?? 'it is not valid'}${held(wanted, path)}` : 'there is no such key'}${more}`,
    hint:
      near === undefined
        ? 'docs/configuration.md lists every key with its range'
        : `do you mean ${[...path, near].join('.')}?`,
    cause: error,
  });
}

function placeOf(key: readonly string[], file: string | undefined, env: NodeJS.ProcessEnv): string {
  const [section, name] = key;
  const variable = section === 'ports' ? Object.entries(portVariables).find(([port]) => port === name)?.[1] : undefined;
  if (variable !== undefined && env[variable] !== undefined) return variable;
  const source = file ?? 'defaults and environment';
  return key.length === 0 ? source : `${source} > ${key.join('.')}`;
}

/** What stands there, unless it is a secret or no single value. */
function held(wanted: unknown, path: readonly string[]): string {
  if (path[0] === 'secrets' || path.length === 0 || (path[0] === 'alerts' && path[1] === 'sinks')) return '';
  const value = valueAt(wanted, path);
  if (Number.isFinite(value) || typeof value === 'boolean') return `; it is ${value}`;
  return typeof value === 'string' ? `; it is "${value.slice(0, 60)}"` : '';
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Object.entries(inner).find(([name]) => name === key)?.[1];
  }, value);
}

function keysAt(path: readonly string[]): string[] {
  const section = valueAt(configSchema.parse({}), path);
  return typeof section === 'object' && section !== null ? Object.keys(section) : [];
}

/** The known key that a slip of the fingers turned into this one. */
function nearest(given: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map(name => ({ name, steps: distance(given.toLowerCase(), name) }))
    .toSorted((a, b) => a.steps - b.steps);
  return best !== undefined && best.steps <= Math.max(2, Math.floor(best.name.length / 4)) ? best.name : undefined;
}

/** How many letters must be added, taken away or changed (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

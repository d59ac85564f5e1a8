import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#config';
import type { Mutant } from './mutant.js';

const factors = [0.5, 2] as const;

/** Every number that DESIGN.md fixes (`rules` in words.ts), halved and doubled: new ones come along by themselves. */
export function ruleMutants(root: string): Mutant[] {
  const file = 'words.ts';
  const text = readFileSync(join(root, 'src', 'sessionize', file), 'utf8');
  const [, body = ''] = /export const rules = \{(.*?)\n\} as const/s.exec(text) ?? [];
  const numbers = [...body.matchAll(/^ {2}(\w+): ([\d.]+),$/gm)];
  if (numbers.length === 0) throw new Error(`${file} has no numbers in rules`);
  return numbers.flatMap(([line, key, value]) =>
    factors.map(factor => ({
      name: `${key} is ${Number(value) * factor}`,
      rule: 'DESIGN 4',
      file,
      edits: [[line, `  ${key}: ${Number(value) * factor},`]] as const,
    })),
  );
}

/** Every number of the configuration's section, halved and doubled; what no run can tell apart is left out. */
export function configMutants(config: Config): { readonly name: string; readonly config: Config }[] {
  const { sessionization } = config;
  const numbers = Object.entries(sessionization).flatMap(([key, value]) =>
    typeof value === 'number' && !unreadable.has(key) ? factors.map(factor => [key, value * factor] as const) : [],
  );
  return [
    ...numbers.map(([key, value]) => ({
      name: `${key} is ${value}`,
      config: { ...config, sessionization: { ...sessionization, [key]: value } },
    })),
    ...(['none', 'cap'] as const).map(policy => ({
      name: `tail_policy is ${policy}`,
      config: { ...config, sessionization: { ...sessionization, tail_policy: policy } },
    })),
  ];
}

/** Read under another tail policy only. */
const unreadable = new Set(['tail_cap_s']);

import { z } from 'zod';
import { type Config, configSchema } from './schema.js';

/** The part of the configuration that numbers depend on; the rest changes how they are served. */
export type Definitions = Pick<Config, 'sessionization' | 'engagement'>;

/** One key whose value the tables were not built with. */
export interface DefinitionChange {
  /** As the configuration file writes it: `sessionization.session_timeout_s`. */
  readonly key: string;
  readonly before: DefinitionValue;
  readonly after: DefinitionValue;
}

export type DefinitionValue = string | number | boolean | null;

/** The definitions as one text with its keys in order, whatever the order in which a file lists them. */
export function definitionsText({ sessionization, engagement }: Definitions): string {
  return JSON.stringify({ sessionization, engagement }, (_key, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

/**
 * The keys whose values differ between the definitions in a text of `definitionsText` and those of today. A key that
 * only one side has came or went with another version of Playhead: nobody changed it.
 */
export function definitionChanges(builtWith: string, today: Definitions): DefinitionChange[] {
  const before = leavesOf(builtWith);
  const after = leavesOf(definitionsText(today));
  return [...after].flatMap(([key, value]) => {
    const old = before.get(key);
    return old === undefined || old === value ? [] : [{ key, before: old, after: value }];
  });
}

/** The definitions in a text of `definitionsText`; undefined where another version wrote keys that this one does not know. */
export function readDefinitions(text: string): Definitions | undefined {
  return definitionsSchema.safeParse(JSON.parse(text)).data;
}

const definitionsSchema = configSchema.pick({ sessionization: true, engagement: true });

/** `sessionization.tolerance_s was 2, is 5; ...` */
export const describeChanges = (changes: readonly DefinitionChange[]): string =>
  changes.map(({ key, before, after }) => `${key} was ${before}, is ${after}`).join('; ');

const treeSchema = z.record(z.string(), z.unknown());
const leafSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

function leavesOf(text: string): Map<string, DefinitionValue> {
  const leaves = new Map<string, DefinitionValue>();
  const walk = (value: unknown, path: string): void => {
    const tree = treeSchema.safeParse(value);
    if (!tree.success) {
      leaves.set(path, leafSchema.catch(JSON.stringify(value)).parse(value));
      return;
    }
    for (const [key, held] of Object.entries(tree.data)) walk(held, path === '' ? key : `${path}.${key}`);
  };
  walk(JSON.parse(text), '');
  return leaves;
}

import { z } from 'zod';
import { configSchema } from '#config';

/** A key of the configuration as docs/configuration.md has to list it. */
export interface DocumentedKey {
  readonly key: string;
  readonly default: string;
  readonly range: string;
}

interface Node {
  readonly type?: string | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
  readonly pattern?: string | undefined;
  readonly const?: unknown;
  readonly oneOf?: readonly Node[] | undefined;
}
const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    properties: z.record(z.string(), nodeSchema).optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    pattern: z.string().optional(),
    const: z.unknown().optional(),
    oneOf: z.array(nodeSchema).optional(),
  }),
);

/** Every key that the schema has, with its default and range; `mapping` has documents of its own. */
export function documentedKeys(): DocumentedKey[] {
  const root = nodeSchema.parse(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }));
  const { mapping: _, ...sections } = root.properties ?? {};
  return Object.entries(sections).flatMap(([name, node]) => leavesOf(node, name));
}

function leavesOf(node: Node, key: string): DocumentedKey[] {
  if (node.oneOf !== undefined) return mergedOf(node.oneOf.map(kind => leavesOf(kind, key)));
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([name, inner]) => leavesOf(inner, `${key}.${name}`));
  }
  return [{ key, default: defaultOf(key, node.default), range: rangeOf(node) }];
}

/** The keys of all kinds, once each: where kinds differ, what each of them has. */
function mergedOf(kinds: readonly (readonly DocumentedKey[])[]): DocumentedKey[] {
  const all = kinds.flat();
  const of = (key: string, told: 'default' | 'range', separator: string) =>
    [...new Set(all.filter(one => one.key === key).map(one => one[told]))].join(separator);
  return [...new Set(all.map(({ key }) => key))].map(key => ({
    key,
    default: key.endsWith('.kind') ? of(key, 'default', ' or ').replaceAll(' or none', '') : of(key, 'default', ' or '),
    range: of(key, 'range', ', '),
  }));
}

function defaultOf(key: string, value: unknown): string {
  // What protects is not printed, and has no default where it matters.
  if (['secrets.api', 'secrets.sql_password', 'secrets.pseudonyms'].includes(key)) return 'development only';
  if (value === undefined) return key === 'engine.threads' ? 'all cores' : 'none';
  return typeof value === 'string' ? `\`${value}\`` : typeof value === 'object' ? 'none' : String(value);
}

function rangeOf(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map(value => `\`${value}\``).join(', ');
  if (node.pattern?.includes('B$') === true) return 'a size, as `2GB`';
  if (node.type === 'boolean') return 'true, false';
  if (node.type !== 'number' && node.type !== 'integer') return node.type === 'string' ? 'text' : 'see below';
  const isBound = (limit: number | undefined): limit is number =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const isWhole = node.type === 'integer';
  const low = isBound(node.exclusiveMinimum)
    ? isWhole
      ? `from ${node.exclusiveMinimum + 1}`
      : `above ${node.exclusiveMinimum}`
    : isBound(node.minimum)
      ? `from ${node.minimum}`
      : '';
  const high = isBound(node.exclusiveMaximum)
    ? `below ${node.exclusiveMaximum}`
    : isBound(node.maximum)
      ? `to ${node.maximum}`
      : '';
  return [isWhole ? 'whole' : '', low, high].filter(part => part !== '').join(' ') || 'any number';
}

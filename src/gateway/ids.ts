import { gatewayError } from './errors.js';

export const nodeTypes = ['Video', 'User', 'Session', 'UserVideo', 'Visit', 'Experiment', 'Alert'] as const;
export type NodeType = (typeof nodeTypes)[number];

const idMark = 'playhead';

/** The longest id that is looked at; anything longer is nobody's. */
const idLengthMax = 2_000;

/** An opaque id: type and own key, so that `node` knows where to look. */
export function toNodeId(type: NodeType, key: readonly string[]): string {
  return Buffer.from(JSON.stringify([idMark, type, ...key])).toString('base64url');
}

/** Type and key of an opaque id; undefined when it is none of ours. */
export function fromNodeId(id: string): { readonly type: NodeType; readonly key: readonly string[] } | undefined {
  if (id.length > idLengthMax) return undefined;
  const [mark, type, ...key] = parseTexts(Buffer.from(id, 'base64url').toString('utf8'));
  const known = nodeTypes.find(candidate => candidate === type);
  if (mark !== idMark || known === undefined || key.length !== (known === 'UserVideo' ? 2 : 1)) return undefined;
  return { type: known, key };
}

/** The id that players report, given that or the opaque id of the same type. @throws BAD_USER_INPUT for another type's */
export function ownId(type: NodeType, id: string): string {
  const opaque = fromNodeId(id);
  if (opaque === undefined) return id;
  const [key] = opaque.key;
  if (opaque.type === type && key !== undefined) return key;
  throw gatewayError('BAD_USER_INPUT', `the id is one of a ${opaque.type}, not of a ${type}`);
}

/** A JSON array of texts, or nothing. */
export function parseTexts(text: string): readonly string[] {
  if (!text.startsWith('[')) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : [];
  } catch {
    // Whatever does not parse was not made by us: the caller treats it as foreign.
    return [];
  }
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { hashOf } from './question.js';

const manifestSchema = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.enum(['query', 'mutation', 'subscription']),
      body: z.string(),
    }),
  ),
});

/** Documents by their SHA-256: those that clients may ask by the hash alone, and in production perhaps the only ones. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** Reads a manifest (`documents/manifest.json`); a body that is not what its hash says is refused. */
export function readTrustedDocuments(path: string | URL): TrustedDocuments {
  const { operations } = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  for (const { id, name, body } of operations) {
    if (hashOf(body) !== id) throw new Error(`the document ${name} of the manifest is not what its hash says`);
  }
  return new Map(operations.map(({ id, body }) => [id, body]));
}

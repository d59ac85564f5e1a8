import { createHash } from 'node:crypto';
import type { Config } from '#config';

/** Raised when the pipeline computes other numbers from the same events and configuration: every table is rebuilt. */
export const pipelineVersion = 1;

/** SHA-256 of everything that numbers depend on beside the events and the catalogue; another one means a full rebuild. */
export function rulesHash({ sessionization, engagement }: Pick<Config, 'sessionization' | 'engagement'>): string {
  return createHash('sha256').update(canonicalJson({ pipelineVersion, sessionization, engagement })).digest('hex');
}

/** Keys in order, so that the order in which a file lists them changes nothing. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

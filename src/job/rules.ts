import { createHash } from 'node:crypto';
import { type Definitions, definitionsText } from '#config';

/** Raised when the pipeline computes other numbers from the same events and configuration: every table is rebuilt. */
export const pipelineVersion = 4;

/** SHA-256 of everything that numbers depend on beside the events and the catalogue; another one means a full rebuild. */
export function rulesHash(definitions: Definitions): string {
  return createHash('sha256')
    .update(`${pipelineVersion} ${definitionsText(definitions)}`)
    .digest('hex');
}

import { z } from 'zod';
import type { CubeEvent, CubeServer } from '#cube';

const waiting = z.object({ error: z.literal('Continue wait') });
const answer = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  usedPreAggregations: z.record(z.string(), z.unknown()).optional(),
});

export interface Loaded {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Names of the rollups that answered, as `cube.rollup`. */
  readonly rollups: readonly string[];
}

/** Asks REST as a client does. Fails with the answer's text on anything but 200. */
export async function load(cube: CubeServer, query: object, token?: string, options: object = {}): Promise<Loaded> {
  const response = await fetch(`${cube.url}/cubejs-api/v1/load`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: token }) },
    body: JSON.stringify({ query, ...options }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  // Cube's way to say that a client should ask again: the query still runs.
  if (waiting.safeParse(JSON.parse(text)).success) return load(cube, query, token, options);
  const { data, usedPreAggregations = {} } = answer.parse(JSON.parse(text));
  const used = z.array(z.object({ preAggregationId: z.string() })).parse(Object.values(usedPreAggregations));
  return { rows: data, rollups: [...new Set(used.map(rollup => rollup.preAggregationId))] };
}

/** Rows as numbers and text, in a stable order: what a person compares. */
export function comparable(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const cell = (value: unknown) => {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'number') return Math.round(value * 1e9) / 1e9;
    if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value))) {
      return Math.round(Number(value) * 1e9) / 1e9;
    }
    return value;
  };
  return rows.map(row => JSON.stringify(Object.values(row).map(cell))).toSorted();
}

/** Keeps what Cube complains about, so that a test can ask for silence. */
export function complaints(): { readonly log: (event: CubeEvent) => void; readonly errors: string[] } {
  const errors: string[] = [];
  return {
    errors,
    log: ({ level, message, details }) => {
      if (level === 'error') errors.push(`${message}: ${String(details['error'])}`);
    },
  };
}

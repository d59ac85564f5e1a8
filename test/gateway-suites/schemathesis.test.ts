import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startWhole, type Whole } from '../gateway/whole.js';
import { python } from './python.js';

const ann = { user: 'ann', video: 'v1', player: 'a1', duration_s: 100 };
let whole: Whole;
beforeAll(async () => {
  whole = await startWhole([
    [
      { ...ann, id: 'e1', type: 'play', at_s: 0, position_s: 0 },
      { ...ann, id: 'e2', type: 'heartbeat', at_s: 10, position_s: 10 },
    ],
  ]);
});
afterAll(() => whole?.close());

const resultSchema = z.object({
  cases: z.number(),
  outcomes: z.record(z.string(), z.number()),
  failures: z.record(z.string(), z.string()),
});
const caseCount = Number(process.env['SCHEMATHESIS_CASES'] ?? 480);
const seed = process.env['SCHEMATHESIS_SEED'] ?? '1';

it('meets no document that the gateway answers with a 5xx or an uncoded error', async () => {
  const args = [
    'test/gateway-suites/run_schemathesis.py',
    whole.gateway.url,
    'schema.graphql',
    String(caseCount),
    seed,
  ];
  const { stdout } = await promisify(execFile)(python(), args, { maxBuffer: 2 ** 26 });
  const { cases, outcomes, failures } = resultSchema.parse(JSON.parse(stdout));
  process.stdout.write(`schemathesis, seed ${seed}: ${cases} documents, ${JSON.stringify(outcomes)}\n`);
  expect(failures, `seed ${seed}`).toEqual({});
  // Of an operation with few arguments there are not as many documents as were asked for.
  expect(cases).toBeGreaterThan((5 / 6) * caseCount);
  // It is no test if all are refused at the door.
  expect(outcomes['answered'] ?? 0).toBeGreaterThan(cases / 10);
  expect(outcomes['BAD_USER_INPUT'] ?? 0).toBeGreaterThan(cases / 10);
});

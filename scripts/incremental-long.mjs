/**
 * Looks for a sequence of batches whose tables differ from a full rebuild, for as long as it is given:
 *
 *   npm run incremental:long -- [--minutes 10] [--seed 1]
 *
 * The same seed makes the same stories; what it finds is printed with all events and can be run again by it.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write('--minutes takes a number above 0, --seed a whole number\n');
  process.exit(2);
}
process.stderr.write(`seed ${seed}, ${minutes} minutes\n`);
const child = spawn('npx', ['vitest', 'run', 'test/job/incremental.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, PLAYHEAD_PROPERTY_MINUTES: String(minutes), PLAYHEAD_PROPERTY_SEED: String(seed) },
});
child.on('close', code => process.exit(code ?? 1));

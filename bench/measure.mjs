/** Runs a command and reports wall time, CPU time and the peak memory of its whole process tree. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;
const sampleMs = 50;

const ticksPerS = 100;

/** Parent, resident bytes and processor time of every process that still exists. */
function processTable() {
  const table = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      table.set(Number(name), {
        parent: Number(fields[1]),
        cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerS,
        bytes: Number(fields[21]) * pageBytes,
      });
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
      // It ended while we looked.
    }
  }
  return table;
}

/** Resident bytes now, and the processor time of each process. */
function lookAt(root) {
  const table = processTable();
  const isBelow = pid => {
    for (let at = pid; at > 1; at = table.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  const tree = [...table].filter(([pid]) => isBelow(pid));
  return {
    bytes: tree.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    cpu: tree.map(([pid, { cpuS }]) => [pid, cpuS]),
  };
}

/**
 * @returns seconds on the clock and of processor, peak resident MiB of the tree, and what the command wrote to stdout.
 * @throws when the command fails, with the end of its stderr.
 */
export async function measure(command, args, options = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let out = '';
  let err = '';
  child.stdout.on('data', chunk => (out += chunk));
  child.stderr.on('data', chunk => (err = (err + chunk).slice(-4000)));
  let peak = 0;
  // The last look at each process; what it does after it is lost, a sample's worth at most.
  const cpu = new Map();
  const sampler = setInterval(() => {
    const seen = lookAt(child.pid);
    peak = Math.max(peak, seen.bytes);
    for (const [pid, seconds] of seen.cpu) cpu.set(pid, seconds);
  }, sampleMs);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${err}`);
  const cpuS = [...cpu.values()].reduce((sum, seconds) => sum + seconds, 0);
  return { wallS: (performance.now() - started) / 1000, cpuS, peakMib: Math.round(peak / 2 ** 20), out };
}

export const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs a command and reports wall time, CPU time and the peak memory of its whole process tree. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;
const sampleMs = 50;

/** Parent and resident bytes of every process that still exists. */
function processTable() {
  const table = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      table.set(Number(name), { parent: Number(fields[1]), bytes: Number(fields[21]) * pageBytes });
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
      // It ended while we looked.
    }
  }
  return table;
}

function treeBytes(root) {
  const table = processTable();
  const isBelow = pid => {
    for (let at = pid; at > 1; at = table.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  return [...table].reduce((sum, [pid, { bytes }]) => sum + (isBelow(pid) ? bytes : 0), 0);
}

/**
 * @returns seconds on the clock, peak resident MiB of the tree, and what the command wrote to stdout.
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
  const sampler = setInterval(() => (peak = Math.max(peak, treeBytes(child.pid))), sampleMs);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${err}`);
  return { wallS: (performance.now() - started) / 1000, peakMib: Math.round(peak / 2 ** 20), out };
}

export const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

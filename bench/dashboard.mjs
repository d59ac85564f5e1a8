/**
 * Lighthouse's marks for the first screen of a running product: `npm run bench:dashboard -- http://localhost:4001/`.
 * Three runs as it ships (a slow phone on a slow network, simulated), the median counts: performance depends on the machine.
 * Needs Chromium; CHROMIUM_PATH names another than Debian's.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const runCount = 3;
const url = process.argv[2] ?? 'http://localhost:4001/';
const categories = ['performance', 'accessibility', 'best-practices'];
const timings = [
  ['first-contentful-paint', 'first paint'],
  ['largest-contentful-paint', 'largest paint'],
  ['total-blocking-time', 'blocked'],
  ['cumulative-layout-shift', 'shift'],
];

async function look() {
  const args = ['--quiet', '--output=json', `--only-categories=${categories}`];
  const flags = '--chrome-flags=--headless=new --no-sandbox --disable-gpu';
  const { stdout } = await promisify(execFile)('node', ['node_modules/lighthouse/cli/index.js', url, ...args, flags], {
    maxBuffer: 2 ** 28,
    env: { ...process.env, CHROME_PATH: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium' },
  });
  return JSON.parse(stdout);
}

const reports = [];
for (let run = 0; run < runCount; run += 1) {
  const report = await look();
  reports.push(report);
  const marks = categories.map(name => `${name} ${Math.round((report.categories[name].score ?? 0) * 100)}`);
  const times = timings.map(([audit, name]) => `${name} ${report.audits[audit].displayValue}`);
  console.log(`run ${run + 1}: ${marks.join(', ')}; ${times.join(', ')}`);
}
const sorted = reports.map(({ categories: { performance } }) => performance.score ?? 0).toSorted((a, b) => a - b);
console.log(`performance, median of ${runCount}: ${Math.round((sorted[Math.floor(runCount / 2)] ?? 0) * 100)}`);

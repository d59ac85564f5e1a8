/**
 * How fast the gateway answers: a dashboard of six panels that nobody has asked before, the same from the gateway's
 * kept answers, and the bare HTTP server for comparison; 20 clients at once. Then a soak, for its memory.
 * `node bench/gateway.mjs <data folder> [soak seconds]`; the folder holds a finished run, best of a year:
 * `playhead generate --users 600 --videos 60 --days 365`. `CPU_PROF=<folder>` writes a profile of the server there.
 * Machines are noisy: read what stands against /healthz of the same run.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from './clients.mjs';

const clients = 20;
const [, , data, soakText = '60'] = process.argv;
if (data === undefined) {
  console.error('usage: node bench/gateway.mjs <data folder> [soak seconds]');
  process.exit(2);
}
const soakS = Number(soakText);
const playhead = fileURLToPath(new URL('../bin/playhead.mjs', import.meta.url));

const [cube, sql, port] = await Promise.all([freePort(), freePort(), freePort()]);
const collector = fileURLToPath(new URL('./collect-on-signal.mjs', import.meta.url));
const { CPU_PROF: profileFolder } = process.env;
const flags = [
  ...['--expose-gc', '--import', collector],
  ...(profileFolder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileFolder]),
];
const child = spawn('node', [...flags, playhead, 'serve', '--data', data], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, PLAYHEAD_CUBE_PORT: cube, PLAYHEAD_SQL_PORT: sql, PLAYHEAD_GATEWAY_PORT: port },
});
const ended = new Promise(resolve => child.once('exit', resolve));
const agent = new Agent({ keepAlive: true, maxSockets: clients });

function send({ method = 'GET', path, body }) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, answer => {
      let text = '';
      answer.on('data', chunk => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const query = `query ($range: DateRange!) {
  totals(range: $range) { watchTimeS sessionCount completionRate }
  timeSeries(metrics: [WATCH_TIME_S, UNIQUE_VIEWERS], range: $range) { series { points { at value } } }
  topVideos(range: $range) { videoId value video { title } }
  best: topVideos(metric: COMPLETION_RATE, range: $range, minSessionCount: 5) { videoId value video { title } }
  dataQuality { state } freshness { state }
}`;
const dashboard = variables => ({
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query, variables }),
});

/** Milliseconds of each of `count` questions, asked by all clients at once, and the seconds that they took together. */
async function time(count, question, clientCount = clients) {
  const ms = [];
  let next = 0;
  const started = performance.now();
  const client = async () => {
    while (next < count) {
      const asked = question(next++);
      const from = performance.now();
      const { status, text } = await send(asked);
      ms.push(performance.now() - from);
      if (status !== 200 || text.includes('"errors"')) throw new Error(`status ${status}: ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: clientCount }, client));
  return { ms: ms.sort((a, b) => a - b), wallS: (performance.now() - started) / 1000 };
}

const at = ({ ms }, share) => ms[Math.min(ms.length - 1, Math.floor(ms.length * share))].toFixed(1);
const line = (name, result) =>
  console.log(
    `${name}: p50 ${at(result, 0.5)} ms, p99 ${at(result, 0.99)} ms, ${Math.round(result.ms.length / result.wallS)} a second`,
  );
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** What the server holds once its garbage is collected, MiB. */
async function heldMib() {
  child.kill('SIGUSR2');
  await pause(500);
  return residentMib();
}

/** The slope of a line through points, least squares. */
function slopeOf(points) {
  const mean = pick => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean(point => point.x), mean(point => point.y)];
  const covered = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return covered / points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}

const residentMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
const day = back => new Date(Date.parse(newest) - back * 86_400_000).toISOString().slice(0, 10);
let newest = new Date().toISOString();

try {
  while (
    !(await send({ path: '/readyz' }).then(
      ({ status }) => status === 200,
      () => false,
    ))
  )
    await new Promise(resolve => setTimeout(resolve, 100));
  const state = JSON.parse(
    (await send({ method: 'POST', path: '/graphql', body: '{"query":"{ freshness { newestEventAt } }"}' })).text,
  );
  newest = state.data.freshness.newestEventAt;
  const year = { range: { from: day(364), to: day(0) } };
  const first = JSON.parse((await send(dashboard(year))).text);
  console.log(`Cube queries for the six panels: ${first.extensions.cost.cubeQueries}`);
  // Rollups are built by who asks first: not what is measured here.
  await time(10, n => dashboard({ range: { from: day(300 + n), to: day(1) } }), 1);
  line(
    'dashboard, each range asked once, one client',
    await time(10, n => dashboard({ range: { from: day(40 + n), to: day(2) } }), 1),
  );
  line(
    'dashboard, each range asked once',
    await time(60, n => dashboard({ range: { from: day(20 + n), to: day(0) } })),
  );
  const kept = await time(5_000, () => dashboard(year));
  line('dashboard, kept answer', kept);
  const bare = await time(5_000, () => ({ path: '/healthz' }));
  line('/healthz, the HTTP server alone', bare);
  console.log(
    `kept answers against /healthz: ${(bare.ms.length / bare.wallS / (kept.ms.length / kept.wallS)).toFixed(2)} times as long`,
  );

  // As many questions as fit: half of them for ranges whose answers are kept, half for ones that may not be.
  const samples = [];
  const [from, until] = [performance.now(), performance.now() + soakS * 1000];
  let askedCount = 0;
  let sampleAt = from;
  for (let n = 0; performance.now() < until; n += 1) {
    await time(50, m =>
      dashboard(m % 2 === 0 ? year : { range: { from: day(20 + ((n * 7 + m) % 300)), to: day((n + m) % 20) } }),
    );
    askedCount += 50;
    if (performance.now() < sampleAt) continue;
    samples.push({ x: (performance.now() - from) / 60_000, y: await heldMib() });
    sampleAt = performance.now() + (soakS * 1000) / 40;
  }
  const half = samples.slice(Math.floor(samples.length / 2));
  console.log(
    `soak of ${soakS} s, ${askedCount} requests: resident after collection ${samples[0]?.y.toFixed(0)} MiB first, ${half[0]?.y.toFixed(0)} MiB at half time, ${half.at(-1)?.y.toFixed(0)} MiB last; slope over the second half ${slopeOf(half).toFixed(2)} MiB a minute (${half.length} samples)`,
  );
} finally {
  agent.destroy();
  child.kill('SIGTERM');
  // A server that does not stop would go on unseen.
  const isOver = await Promise.race([ended.then(() => true), pause(30_000).then(() => false)]);
  if (!isOver) {
    child.kill('SIGKILL');
    console.error('the server did not stop within 30 s');
    process.exitCode = 1;
  }
}

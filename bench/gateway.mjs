/**
 * How fast the gateway answers: a dashboard of six panels that nobody has asked before, the same from the gateway's
 * kept answers, and the bare HTTP server for comparison; 20 clients at once. Then a soak, for its memory.
 * `node bench/gateway.mjs <data folder> [soak seconds]`; the folder holds a finished run.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const clients = 20;
const [, , data, soakText = '60'] = process.argv;
if (data === undefined) {
  console.error('usage: node bench/gateway.mjs <data folder> [soak seconds]');
  process.exit(2);
}
const soakS = Number(soakText);
const playhead = fileURLToPath(new URL('../bin/playhead.mjs', import.meta.url));

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const [cube, sql, port] = await Promise.all([freePort(), freePort(), freePort()]);
const child = spawn('node', [playhead, 'serve', '--data', data], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, PLAYHEAD_CUBE_PORT: cube, PLAYHEAD_SQL_PORT: sql, PLAYHEAD_GATEWAY_PORT: port },
});
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
    'dashboard, each range asked once',
    await time(200, n => dashboard({ range: { from: day(20 + n), to: day(0) } })),
  );
  const kept = await time(5_000, () => dashboard(year));
  line('dashboard, kept answer', kept);
  const bare = await time(5_000, () => ({ path: '/healthz' }));
  line('/healthz, the HTTP server alone', bare);
  console.log(
    `kept answers against /healthz: ${(bare.ms.length / bare.wallS / (kept.ms.length / kept.wallS)).toFixed(2)} times as long`,
  );

  const samples = [];
  const until = performance.now() + soakS * 1000;
  for (let n = 0; performance.now() < until; n++) {
    await time(500, m => dashboard({ range: { from: day(20 + ((n * 7 + m) % 300)), to: day(m % 10) } }));
    samples.push(residentMib());
  }
  const third = Math.floor(samples.length / 3);
  const mean = list => list.reduce((sum, mib) => sum + mib, 0) / list.length;
  console.log(
    `soak of ${soakS} s, ${samples.length * 500} requests: resident ${mean(samples.slice(third, 2 * third)).toFixed(0)} MiB in the second third, ${mean(samples.slice(2 * third)).toFixed(0)} MiB in the last`,
  );
} finally {
  agent.destroy();
  child.kill('SIGTERM');
}

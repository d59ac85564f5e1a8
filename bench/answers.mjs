/**
 * How fast the doors answer: repeated and new questions over REST and the SQL API, alone and with 20 clients at once.
 * `node bench/answers.mjs <data folder>`; the folder holds a finished run (`playhead generate` and `sessionize`).
 */
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { alone, at, freePort, timed, together } from './clients.mjs';

const clients = 20;
const repeats = 400;
const playhead = fileURLToPath(new URL('../bin/playhead.mjs', import.meta.url));
const data = process.argv[2];
if (data === undefined) {
  console.error('usage: node bench/answers.mjs <data folder>');
  process.exit(2);
}

const [cube, sql, gateway] = await Promise.all([freePort(), freePort(), freePort()]);
const child = spawn('node', [playhead, 'serve', '--data', data], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, PLAYHEAD_CUBE_PORT: cube, PLAYHEAD_SQL_PORT: sql, PLAYHEAD_GATEWAY_PORT: gateway },
});
const agent = new Agent({ keepAlive: true, maxSockets: clients });

function post(body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port: cube,
        path: '/cubejs-api/v1/load',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      },
      response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

/** A question that nobody has asked before: the number is a filter that lets every row through. */
const question = number => ({
  measures: ['sessions.watch_time_s', 'sessions.session_count', 'sessions.completion_rate'],
  dimensions: ['sessions.device'],
  timeDimensions: [{ dimension: 'sessions.started_at', granularity: 'week' }],
  filters: [{ member: 'sessions.device', operator: 'notEquals', values: [`device ${number}`] }],
});
const statement = number => `
  SELECT device, DATE_TRUNC('week', started_at) AS week, MEASURE(watch_time_s), MEASURE(session_count),
    MEASURE(completion_rate)
  FROM sessions WHERE device <> 'machine ${number}' GROUP BY 1, 2 ORDER BY 1, 2`;

async function rest(number) {
  for (;;) {
    const answer = await post({ query: question(number) });
    if (answer.error === 'Continue wait') continue;
    if (answer.error !== undefined) throw new Error(answer.error);
    return Object.keys(answer.usedPreAggregations ?? {});
  }
}

const show = (what, took) =>
  console.log(`| ${what} | ${at(took, 0.5).toFixed(2)} ms | ${at(took, 0.99).toFixed(2)} ms | ${took.length} |`);

const connections = [];
try {
  const started = performance.now();
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${cube}/readyz`).then(
      response => response.ok,
      () => false,
    );
    if (isReady) break;
    if (performance.now() - started > 120_000) throw new Error('Cube did not open within 120 s');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const connect = async () => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: sql,
      user: 'playhead',
      password: 'playhead',
      database: 'playhead',
    });
    await client.connect();
    connections.push(client);
    return client;
  };
  const firstConnection = await timed(async () => (await connect()).query('SELECT 1'));
  const used = await rest('first');
  if (used.length === 0) throw new Error('no rollup serves the question');
  console.log('| question | median | 99 % | asked |\n| --- | --- | --- | --- |');
  show('REST, new, rollup-served', await alone(100, i => rest(i)));
  show('REST, repeated', await alone(repeats, () => rest('first')));
  show(`REST, repeated, ${clients} at once`, await together(clients, repeats / 4, () => rest('first')));
  show(`REST, new, ${clients} at once`, await together(clients, 10, (i, client) => rest(`${client}/${i}`)));
  const [client] = connections;
  await client.query(statement('first'));
  show('SQL API, new, rollup-served', await alone(100, i => client.query(statement(i))));
  show('SQL API, repeated', await alone(repeats, () => client.query(statement('first'))));
  while (connections.length < clients) await connect();
  show(
    `SQL API, repeated, ${clients} at once`,
    await together(clients, repeats / 4, (_, i) => connections[i].query(statement('first'))),
  );
  console.log(`\nfirst SQL connection and statement: ${firstConnection.toFixed(0)} ms`);
} finally {
  await Promise.all(connections.map(client => client.end()));
  agent.destroy();
  child.kill('SIGTERM');
  await new Promise(resolve => child.on('close', resolve));
}

/**
 * The doors over a year of sessions: how long rollups take to build and in how much memory, what questions cost, what a
 * new version does to them, and what a hundred SQL connections take.
 * `node bench/year.mjs <small lake> <folder> [sessions]`: the folder is filled once (bench/year-lake.mjs) and kept.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { alone, at, freePort, timed, together } from './clients.mjs';
import { changeNewestDay, makeYear } from './year-lake.mjs';

const clients = 20;
const playhead = fileURLToPath(new URL('../bin/playhead.mjs', import.meta.url));
const [small, folder, sessionCount = '1000000'] = process.argv.slice(2);
if (small === undefined || folder === undefined) {
  console.error('usage: node bench/year.mjs <small lake> <folder> [sessions]');
  process.exit(2);
}

const note = join(folder, 'year.json');
if (!existsSync(note)) {
  await mkdir(folder, { recursive: true });
  const made = await makeYear({ small, folder, sessionCount: Number(sessionCount), log: line => console.error(line) });
  await writeFile(note, JSON.stringify({ ...made, sequence: 1 }));
}
const year = JSON.parse(await readFile(note, 'utf8'));

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
const [cube, sql, gateway] = await Promise.all([freePort(), freePort(), freePort()]);
const started = performance.now();
const child = spawn('node', [playhead, 'serve', '--data', folder], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, PLAYHEAD_CUBE_PORT: cube, PLAYHEAD_SQL_PORT: sql, PLAYHEAD_GATEWAY_PORT: gateway },
});

const status = field =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
const rssMib = () => status('VmRSS');
const peakMib = () => status('VmHWM');
/** Seconds of processor that the server has used. */
const cpuS = () => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const agent = new Agent({ keepAlive: true, maxSockets: clients });
function post(body) {
  return new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port: cube, path: '/cubejs-api/v1/load', method: 'POST' };
    const sent = request({ ...options, headers: { 'content-type': 'application/json' } }, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}
async function rest(query) {
  for (;;) {
    const answer = await post({ query });
    if (answer.error === 'Continue wait') continue;
    if (answer.error !== undefined) throw new Error(answer.error);
    return {
      rows: answer.data,
      rollups: Object.values(answer.usedPreAggregations ?? {}).map(used => used.preAggregationId),
    };
  }
}

const ms = value => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const show = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** The server has nothing to do any more: less than a tenth of a core for two seconds. */
async function idle() {
  for (let before = cpuS(); ; ) {
    await pause(2000);
    const now = cpuS();
    if (now - before < 0.2) return;
    before = now;
  }
}

const week = { dimension: 'sessions.started_at', granularity: 'week' };
const measures = ['sessions.watch_time_s', 'sessions.session_count', 'sessions.completion_rate'];
const question = number => ({
  measures,
  dimensions: ['sessions.device'],
  timeDimensions: [week],
  filters: [{ member: 'sessions.device', operator: 'notEquals', values: [`device ${number}`] }],
});
const statement = number => `
  SELECT device, DATE_TRUNC('week', started_at) AS week, MEASURE(watch_time_s), MEASURE(session_count),
    MEASURE(completion_rate)
  FROM sessions WHERE device <> 'device ${number}' GROUP BY 1, 2 ORDER BY 1, 2`;

const connections = [];
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

try {
  while (
    !(await fetch(`http://127.0.0.1:${cube}/readyz`).then(
      r => r.ok,
      () => false,
    ))
  ) {
    if (performance.now() - started > 600_000) throw new Error('Cube did not open within 600 s');
    await pause(50);
  }
  console.log(
    `${year.sessions} sessions, ${year.copies} copies a month; load ${readFileSync('/proc/loadavg', 'utf8').trim()}\n`,
  );
  console.log('| what | figure | remark |\n| --- | --- | --- |');
  show(
    'Cube answers `/readyz`',
    `${((performance.now() - started) / 1000).toFixed(1)} s`,
    'rollups are still being built',
  );
  show(
    'first SQL connection and statement',
    ms(await timed(async () => (await connect()).query('SELECT 1'))),
    'beside that; goal 3 s',
  );
  await idle();
  show(
    'rollups that are kept ready',
    `${((performance.now() - started) / 1000).toFixed(0)} s`,
    `since the start; ${cpuS().toFixed(0)} s of processor`,
  );
  show('memory', `${Math.round(rssMib())} MiB`, `peak ${Math.round(peakMib())} MiB`);

  const hours = {
    measures: ['sessions.session_count'],
    timeDimensions: [{ dimension: 'sessions.started_at', granularity: 'hour' }],
    order: { 'sessions.started_at': 'desc' },
    limit: 1,
  };
  const [newest] = (await rest(hours)).rows;
  const end = new Date(Date.parse(`${newest['sessions.started_at']}Z`) + 3_600_000);
  const daysBefore = days => new Date(end.getTime() - days * 86_400_000).toISOString();
  const lastHour = {
    measures: ['sessions.session_count', 'sessions.watch_time_s'],
    timeDimensions: [
      { dimension: 'sessions.started_at', granularity: 'minute', dateRange: [daysBefore(1 / 24), end.toISOString()] },
    ],
  };
  show('last hour by the minute, first', ms(await timed(() => rest(lastHour))), 'from the files; goal 300 ms');
  const lastHours = await alone(10, i =>
    rest({
      ...lastHour,
      timeDimensions: [
        { ...lastHour.timeDimensions[0], dateRange: [daysBefore((60 + i) / 1440), daysBefore(i / 1440)] },
      ],
    }),
  );
  show('last hour, new', ms(at(lastHours, 0.5)), `99 % ${ms(at(lastHours, 0.99))}`);
  const viewersOfWeek = {
    measures: ['user_videos.watch_time_s', 'user_videos.session_count', 'user_videos.viewer_count'].slice(0, 2),
    dimensions: ['user_videos.user_id', 'user_videos.video_id'],
    timeDimensions: [
      {
        dimension: 'user_videos.last_seen_at',
        dateRange: [daysBefore(7).slice(0, 10), end.toISOString().slice(0, 10)],
      },
    ],
    order: { 'user_videos.watch_time_s': 'desc' },
    limit: 100,
  };
  show(
    'user-videos seen in one week, the 100 most watched, cold',
    ms(await timed(() => rest(viewersOfWeek))),
    'goal 1 s',
  );
  const viewers = days => ({
    measures: ['sessions.unique_viewers'],
    timeDimensions: [
      { dimension: 'sessions.started_at', dateRange: [daysBefore(days).slice(0, 10), end.toISOString().slice(0, 10)] },
    ],
  });
  show(
    'different viewers of 28 days',
    ms(await timed(() => rest(viewers(28)))),
    (await rest(viewers(28))).rollups.join(),
  );
  show('different viewers of 300 days', ms(await timed(() => rest(viewers(300)))), 'exact');

  const { rollups } = await rest(question('first'));
  if (rollups.length === 0) throw new Error('no rollup serves the question');
  await alone(30, i => rest(question(`warm ${i}`)));
  const cpuBefore = cpuS();
  const fresh = await alone(100, i => rest(question(i)));
  show(
    'REST, new, served by a rollup',
    ms(at(fresh, 0.5)),
    `99 % ${ms(at(fresh, 0.99))}; ${((cpuS() - cpuBefore) * 10).toFixed(0)} ms of processor each; ${rollups.join()}; goal 25 ms`,
  );
  const repeated = await alone(400, () => rest(question('first')));
  show('REST, repeated', ms(at(repeated, 0.5)), `99 % ${ms(at(repeated, 0.99))}; goal 3 ms`);
  const many = await together(clients, 100, () => rest(question('first')));
  show(`REST, repeated, ${clients} at once`, ms(at(many, 0.5)), `99 % ${ms(at(many, 0.99))}; goal 50 ms`);
  const [client] = connections;
  await alone(30, i => client.query(statement(`warm ${i}`)));
  const sqlFresh = await alone(100, i => client.query(statement(`sql ${i}`)));
  show(
    'SQL API, new, served by a rollup',
    ms(at(sqlFresh, 0.5)),
    `99 % ${ms(at(sqlFresh, 0.99))}; ${(at(sqlFresh, 0.5) / at(fresh, 0.5)).toFixed(2)} times REST; goal 1.5 times + 5 ms`,
  );
  const sqlRepeated = await alone(400, () => client.query(statement('first')));
  show('SQL API, repeated', ms(at(sqlRepeated, 0.5)), `99 % ${ms(at(sqlRepeated, 0.99))}`);

  const before = rssMib();
  while (connections.length < 100) await connect();
  await Promise.all(connections.map((each, i) => each.query(statement(`of ${i % 10}`))));
  show(
    '100 SQL connections, each has asked',
    `${Math.round(rssMib())} MiB`,
    `${Math.round(rssMib() - before)} MiB more than one; goal 1.5 GiB in all`,
  );

  await idle();
  const sequence = year.sequence + 1;
  const versions = await changeNewestDay({ folder, versions: year.versions, sequence });
  await writeFile(note, JSON.stringify({ ...year, versions, sequence }));
  const published = performance.now();
  // Dashboards: each client asks one of a few questions again and again, as its panels do.
  const panel = i => ({
    measures,
    dimensions: [['sessions.device', 'sessions.country', 'sessions.end_reason'][i % 3]],
    timeDimensions: [{ ...week, granularity: ['day', 'week', 'month'][i % 3] }],
  });
  const minute = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, c) => {
      while (performance.now() - published < 60_000) {
        minute.push(await timed(() => rest(panel(c))));
        await pause(200);
      }
    }),
  );
  show(
    `first minute after a new version, ${clients} clients`,
    ms(at(minute, 0.5)),
    `99 % ${ms(at(minute, 0.99))}, longest ${ms(Math.max(...minute))}, ${minute.length} questions; goal 500 ms (99 %)`,
  );
  show('memory in the end', `${Math.round(rssMib())} MiB`, `peak ${Math.round(peakMib())} MiB`);
} finally {
  await Promise.allSettled(connections.map(client => client.end()));
  agent.destroy();
  child.kill('SIGTERM');
  await new Promise(resolve => child.on('close', resolve));
}

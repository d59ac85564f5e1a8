/** Starts the product on existing data and measures: doors open, and a rollup-served query. */
import { spawn } from 'node:child_process';
import { freePort } from './clients.mjs';
import { median } from './measure.mjs';

const isReady = url =>
  fetch(url).then(
    response => response.ok,
    () => false,
  );
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** @returns rows of [what, figure, remark] */
export async function measureServing({ playhead, data }) {
  const [cube, sql, gateway] = await Promise.all([freePort(), freePort(), freePort()]);
  const started = performance.now();
  const child = spawn('node', [playhead, 'up', '--data', data], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PLAYHEAD_CUBE_PORT: cube, PLAYHEAD_SQL_PORT: sql, PLAYHEAD_GATEWAY_PORT: gateway },
  });
  try {
    while (
      !(await isReady(`http://127.0.0.1:${gateway}/readyz`)) ||
      !(await isReady(`http://127.0.0.1:${cube}/readyz`))
    ) {
      if (performance.now() - started > 120_000) throw new Error('the doors did not open within 120 s');
      await pause(50);
    }
    const startS = (performance.now() - started) / 1000;
    const query = day => ({
      measures: ['sessions.watch_time_s', 'sessions.session_count'],
      timeDimensions: [
        {
          dimension: 'sessions.started_at',
          granularity: 'day',
          dateRange: [`2026-10-${String(day).padStart(2, '0')}`, '2026-10-31'],
        },
      ],
    });
    const ask = async day => {
      const begun = performance.now();
      for (;;) {
        const response = await fetch(`http://127.0.0.1:${cube}/cubejs-api/v1/load`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: query(day) }),
        });
        const body = await response.json();
        if (body.error === 'Continue wait') continue;
        if (!response.ok) throw new Error(JSON.stringify(body));
        return { ms: performance.now() - begun, rollups: Object.keys(body.usedPreAggregations ?? {}) };
      }
    };
    const first = await ask(1);
    const fresh = [];
    for (let day = 2; day <= 29; day += 1) fresh.push(await ask(day));
    const repeated = [];
    for (let i = 0; i < 50; i += 1) repeated.push(await ask(1));
    const ms = list => `${median(list.map(answer => answer.ms)).toFixed(1)} ms`;
    return [
      [
        '`playhead up` on existing data, to all doors ready',
        `${startS.toFixed(2)} s`,
        'job run with nothing new included',
      ],
      ['first rollup query (builds it)', `${(first.ms / 1000).toFixed(2)} s`, first.rollups.join(', ') || 'NO ROLLUP'],
      ['rollup query never asked before, median', ms(fresh), `${fresh.at(-1).rollups.length > 0 ? '' : 'NO ROLLUP'}`],
      ['rollup query repeated, median', ms(repeated), ''],
    ];
  } finally {
    child.kill('SIGTERM');
    await new Promise(resolve => child.on('close', resolve));
  }
}

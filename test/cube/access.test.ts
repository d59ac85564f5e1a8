import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type CubeServer, startCube } from '#cube';
import { startGateway } from '#gateway';
import { type Answer, type Doors, openDoors, type Shown, token } from './access/doors.js';
import { leaks, makeAccessLake, password, personalIds, pseudonymOf, sessionCount } from './access/lake.js';
import { complaints } from './rest.js';
import type { SmallLake } from './small-lake.js';

const group = z.enum([
  ...(['admin', 'service', 'analyst', 'pseudonymous'] as const),
  ...(['tenant_admin', 'tenant_service', 'tenant_analyst', 'tenant_pseudonymous'] as const),
]);
const policySchema = z
  .strictObject({
    group: group.optional(),
    groups: z.array(group).optional(),
    member_level: z.strictObject({
      includes: z.union([z.literal('*'), z.array(z.string())]),
      excludes: z.array(z.string()).optional(),
    }),
    row_level: z
      .strictObject({
        filters: z.tuple([
          z.strictObject({
            member: z.literal('CUBE.tenant'),
            operator: z.literal('equals'),
            values: z.tuple([z.literal('{ securityContext.tenant }')]),
          }),
        ]),
      })
      .optional(),
  })
  .transform(({ group: one, groups = [], ...policy }) => ({ ...policy, groups: one === undefined ? groups : [one] }));
const modelSchema = z.object({ name: z.string(), access_policy: z.array(policySchema) });
const fileSchema = z.object({ cubes: z.array(modelSchema).optional(), views: z.array(modelSchema).optional() });

const modelFolder = join(import.meta.dirname, '../../model');
const modelsIn = (kind: 'cubes' | 'views') =>
  readdirSync(join(modelFolder, kind)).flatMap(
    file => fileSchema.parse(parse(readFileSync(join(modelFolder, kind, file), 'utf8')))[kind] ?? [],
  );

/** Columns that are ids of people in any cube or view. */
const personal = ['user_id', 'session_id', 'visit_id', 'player_id', 'event_id', 'sample_ids'];
/** Cubes with one row a user (and something else): who sees no users sees of them what stands in a list, and no more. */
const userGrain = ['users', 'user_videos', 'impressions', 'exposures', 'funnel'];
/** Models that tell nothing of one tenant alone. */
const undivided = ['users', 'exposures', 'experiments', 'experiment_results', 'quality_results', 'data_quality'];

describe('the policies of the models', () => {
  const cubes = modelsIn('cubes');
  const views = modelsIn('views');

  it.each([...cubes, ...views].map(model => [model.name, model] as const))(
    '%s decides for every group, once',
    (name, model) => {
      const isView = views.includes(model);
      const policiesOf = (wanted: string) =>
        model.access_policy.filter(({ groups }) => groups.some(one => one === wanted));
      for (const one of group.options) expect(policiesOf(one).length, one).toBeLessThanOrEqual(1);
      for (const prefix of ['', 'tenant_']) {
        const isShown = prefix === '' || !undivided.includes(name);
        for (const full of ['admin', 'pseudonymous', ...(isView ? [] : ['service'])]) {
          expect(policiesOf(prefix + full).length, prefix + full).toBe(isShown ? 1 : 0);
        }
        if (isView) expect(policiesOf(`${prefix}service`)).toEqual([]);
        const [analyst] = policiesOf(`${prefix}analyst`);
        if (isShown && name !== 'session_details') expect(analyst).toBeDefined();
        if (userGrain.includes(name) && analyst !== undefined) expect(analyst.member_level.includes).not.toBe('*');
      }
      // A view's rows are held by the cubes below it.
      const divided = !isView && !undivided.includes(name) && name !== 'job_runs';
      for (const { groups, row_level: rows } of model.access_policy) {
        expect(rows !== undefined, groups.join()).toBe(divided && groups.every(one => one.startsWith('tenant_')));
      }
    },
  );
});

interface Stage {
  readonly small: SmallLake;
  readonly cube: CubeServer;
  readonly ids: ReadonlySet<string>;
  readonly errors: string[];
  as(user: string, claims?: Record<string, unknown>): Promise<Doors>;
  close(): Promise<void>;
}

async function stage(access: Record<string, unknown>): Promise<Stage> {
  const small = await makeAccessLake(access);
  const seen = complaints();
  const cube = await startCube({ config: small.config, log: seen.log });
  const as = async (user: string, claims?: Record<string, unknown>) => {
    const [role = '', tenant] = user.split('-').toReversed();
    return openDoors(cube, user, password, await token(claims ?? { role, tenant }));
  };
  const close = async () => {
    await cube.close();
    await small.close();
  };
  return { small, cube, ids: await personalIds(small), errors: seen.errors, as, close };
}

const cubeOf = (member: string) => member.split('.')[0] ?? '';
const bare = (member: string) => member.split('.')[1] ?? '';
const cubesOf = (members: readonly string[]) => [...new Set(members.map(cubeOf))];
const rowsOf = (answer: Answer) => (answer.kind === 'rows' ? answer.rows : []);

const rangeFor = (name: string) =>
  isWindowed(name)
    ? { timeDimensions: [{ dimension: `${name}.started_at`, dateRange: ['2026-01-01', '2026-01-31'] }] }
    : {};

/** Rolling measures have no value without a range of time, so the stars of their views are refused. */
const isWindowed = (name: string) => name === 'viewing_trends';

/** Every member that somebody is shown: an admin is shown all. */
const everything = async (at: Stage) => (await at.as('admin')).shown();

/** All rows of all that a caller is shown, cube by cube, through REST, Cube's GraphQL, SQL and SQL over HTTP. */
async function everyRow(doors: Doors): Promise<Record<string, unknown>[]> {
  const { dimensions, measures } = await doors.shown();
  const rows: Record<string, unknown>[] = [];
  for (const name of cubesOf([...measures, ...dimensions])) {
    const own = dimensions.filter(member => cubeOf(member) === name);
    const star = isWindowed(name) ? own.map(bare).join(', ') : '*';
    const answers = [
      await doors.load({ dimensions: own, ungrouped: true }),
      await doors.sql(`select ${star} from ${name}`),
    ];
    for (const answer of answers) {
      expect(answer.kind, `${name}: ${JSON.stringify(answer).slice(0, 300)}`).toBe('rows');
      rows.push(...rowsOf(answer));
    }
    const names = own.filter(member => !/_(at|date|time)$/.test(member)).map(bare);
    const graph = await doors.post('/graphql', { query: `{ cube { ${name} { ${names.join(' ')} } } }` });
    const http = await doors.post('/v1/cubesql', { query: `select ${star} from ${name} limit 50` });
    for (const { status, text } of [graph, http]) {
      expect(status, `${name}: ${text.slice(0, 300)}`).toBe(200);
      expect(text, name).not.toContain('"errors"');
      rows.push({ text });
    }
  }
  return rows;
}

/** What a caller is not shown must be nothing to any door: no rows, no name in catalog, suggestion or plan. */
async function sees(doors: Doors, shown: readonly string[], all: Shown): Promise<void> {
  const isShown = new Set(shown);
  const [meta, sql, graphql] = await Promise.all([doors.shownByMeta(), doors.shownBySql(), doors.shownByGraphql()]);
  expect(meta.toSorted()).toEqual(shown.toSorted());
  const segments = new Set(all.segments);
  const columns = shown.filter(member => !segments.has(member)).toSorted();
  expect(sql.toSorted()).toEqual(columns);
  expect(graphql.toSorted()).toEqual(columns);

  for (const kind of ['measures', 'dimensions'] as const) {
    for (const member of all[kind].filter(one => !isShown.has(one))) {
      const answer = await doors.load({ [kind]: [member] });
      expect(answer.kind, `${member}: ${JSON.stringify(answer)}`).toBe('refused');
    }
  }
  // One hidden member a cube and kind through the slower doors.
  const hidden = [...all.dimensions, ...all.measures].filter(one => !isShown.has(one));
  for (const name of cubesOf(hidden)) {
    const member = hidden.find(one => cubeOf(one) === name) ?? '';
    const visible = shown.find(one => cubeOf(one) === name && all.measures.includes(one));
    const statement = `select ${bare(member)} from ${name}`;
    expect((await doors.sql(statement)).kind, statement).toBe('refused');
    expect((await doors.sql(`explain ${statement}`)).kind, statement).toBe('refused');
    expect((await doors.post('/v1/cubesql', { query: statement })).text).not.toContain('"data"');
    const typo = await doors.sql(`select ${bare(member)}x from ${name}`);
    expect(typo.kind === 'refused' && !typo.text.includes(`"${bare(member)}"`), JSON.stringify(typo)).toBe(true);
    const graph = await doors.post('/graphql', { query: `{ cube { ${name} { ${bare(member)}x } } }` });
    expect(graph.text.replaceAll(`${bare(member)}x`, '')).not.toMatch(new RegExp(`\\b${bare(member)}\\b`));
    if (visible === undefined) continue;
    // Asking how many rows have a value is asking for the value.
    const guess = { measures: [visible], filters: [{ member, operator: 'set' }] };
    const guessed = rowsOf(await doors.load(guess)).flatMap(row => Object.values(row));
    expect(
      guessed.filter(value => value !== null && Number(value) !== 0),
      member,
    ).toEqual([]);
    // Nor may an order tell which rows have more of it.
    const [up, down] = await Promise.all(
      ['asc', 'desc'].map(order => doors.load({ measures: [visible], order: { [member]: order } })),
    );
    expect(up, member).toEqual(down);
    const planned = await doors.post('/v1/sql', { query: guess });
    expect(planned.status !== 200 || planned.text.includes('1 = 0'), planned.text).toBe(true);
  }
}

/** The members that a role is shown, by the rules of docs/access.md and not by the policies. */
const shownTo = {
  admin: () => true,
  service: (member: string) => !viewNames.includes(cubeOf(member)),
  /** Without users: no ids, nothing told session by session under a name, and of users only sums and kinds. */
  analyst: (member: string) =>
    !personal.includes(bare(member)) &&
    cubeOf(member) !== 'session_details' &&
    !(userGrain.includes(cubeOf(member)) && !sumsAndKinds.has(member)) &&
    !['engagement_score', 'video_count', 'active_day_count', 'first_seen_at', 'last_seen_at'].some(
      name => member === `audience.${name}`,
    ),
} as const;
const viewNames = modelsIn('views').map(({ name }) => name);
const kinds = [
  ...['engagement_tier', 'video_id', 'experiment', 'variant', 'is_assigned', 'is_mixed'],
  ...['first_shown_at', 'furthest_step'],
];
const sumsAndKinds = new Set(
  modelsIn('cubes').flatMap(({ name, access_policy: policies }) =>
    policies
      .filter(({ groups }) => groups.includes('analyst'))
      .flatMap(({ member_level: { includes } }) => (includes === '*' ? [] : includes))
      .map(member => `${name}.${member}`),
  ),
);

describe('analysts under pseudonyms', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage({});
  });
  afterAll(() => s?.close());

  it('are shown every member and no id, through every door', async () => {
    const analyst = await s.as('analyst');
    const all = await everything(s);
    await sees(analyst, Object.values(all).flat(), all);
    const rows = await everyRow(analyst);
    expect(rows.length).toBeGreaterThan(1000);
    expect(leaks(rows, s.ids)).toEqual([]);
    // The same walk finds the ids where they may be seen.
    expect(leaks(await everyRow(await s.as('admin')), s.ids).length).toBe(s.ids.size);
  }, 300_000);

  it('get the same pseudonym for the same user everywhere, and can look it up', async () => {
    const analyst = await s.as('analyst');
    const filters = [{ member: 'users.user_id', operator: 'equals', values: [pseudonymOf('u3')] }];
    const query = { measures: ['sessions.session_count', 'sessions.unique_viewers'], dimensions: ['sessions.user_id'] };
    expect(rowsOf(await analyst.load({ ...query, filters }))).toEqual([
      { 'sessions.user_id': pseudonymOf('u3'), 'sessions.session_count': '30', 'sessions.unique_viewers': '1' },
    ]);
    const plain = [{ ...filters[0], values: ['u3'] }];
    expect(rowsOf(await analyst.load({ ...query, filters: plain }))).toEqual([]);
    const { rows } = { rows: rowsOf(await analyst.sql('select sample_ids from quality_results limit 1')) };
    expect(JSON.stringify(rows)).toContain(pseudonymOf('s1'));
  });

  it('get pseudonyms, and nothing else, out of every expression', async () => {
    const analyst = await s.as('analyst');
    const admin = await s.as('admin');
    // The distinct count beside them is what finer groups do not tell, so all of these go down to the source.
    const statements = [
      "select user_id || '' as k, measure(unique_viewers) from sessions group by 1",
      'select left(user_id, 40) as k, measure(unique_viewers) from sessions group by 1',
      'select max(user_id) as k, min(lower(session_id)) as l, measure(unique_viewers) from sessions',
      "select case when device = 'phone' then visit_id else session_id end as k, measure(unique_viewers) from sessions group by 1",
      "select upper(device) as d, measure(unique_viewers) from sessions group by 1 having max(user_id) > '' order by min(user_id)",
      "select coalesce(user_id, player_id) as k, measure(unique_viewers) from sessions where user_id || 'x' <> 'x' group by 1",
    ];
    for (const statement of statements) {
      const rows = rowsOf(await analyst.sql(statement));
      expect(rows.length, statement).toBeGreaterThan(0);
      expect(leaks(rows, s.ids), statement).toEqual([]);
      expect(rowsOf(await admin.sql(statement)), statement).toHaveLength(rows.length);
    }
    expect(leaks(rowsOf(await admin.sql(statements[0] ?? '')), s.ids).length).toBeGreaterThan(0);
    // A condition on an id finds what a pseudonym names, and no id.
    const asked = (id: string) =>
      analyst.sql(`select measure(unique_viewers) as n from sessions where user_id || '' = '${id}'`);
    expect(rowsOf(await asked('u3'))).toEqual([{ n: '0' }]);
    expect(rowsOf(await asked(pseudonymOf('u3')))).toEqual([{ n: '1' }]);
  });

  it('get the numbers that an admin gets, from the same rollups', async () => {
    const query = { measures: ['sessions.watch_time_s', 'sessions.session_count'], dimensions: ['sessions.device'] };
    const [mine, theirs] = await Promise.all([(await s.as('analyst')).load(query), (await s.as('admin')).load(query)]);
    expect(rowsOf(mine)).toHaveLength(2);
    expect(mine).toEqual(theirs);
  });

  it.each([
    ['names no role', {}],
    ['names a role that is none', { role: 'root' }],
    ['names a role of another shape', { role: ['admin'] }],
  ])('are what a token makes that %s', async (_what, claims) => {
    const answer = await (await s.as('admin', claims)).load({ dimensions: ['users.user_id'] });
    expect(rowsOf(answer)).toHaveLength(11);
    expect(leaks(rowsOf(answer), s.ids)).toEqual([]);
  });

  it('are not made admins by a token of another key, without a signature, or none', async () => {
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"role":"admin"}')}.`.replaceAll('=', '');
    for (const bearer of [await token({ role: 'admin' }, 'another-secret-of-this-test'), unsigned, 'Bearer x', '']) {
      for (const path of ['/v1/load', '/v1/sql', '/v1/dry-run', '/v1/cubesql', '/graphql', '/v1/graphql-to-json']) {
        const stranger = openDoors(s.cube, 'admin', password, bearer);
        const { status, text } = await stranger.post(path, { query: { dimensions: ['users.user_id'] } });
        expect([path, status, text]).toEqual([path, 403, expect.stringContaining('error')]);
      }
    }
  });

  it('services are shown the cubes and no view', async () => {
    const all = await everything(s);
    await sees(await s.as('service'), Object.values(all).flat().filter(shownTo.service), all);
  }, 120_000);

  it('nobody complained beside those who were refused', () => {
    expect(
      s.errors.filter(
        error => !/hidden member|rolling measure|Auth|token|header|not found|does not exist|column|field/i.test(error),
      ),
    ).toEqual([]);
  });
});

describe('analysts without users', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage({ analyst_users: 'hidden' });
  });
  afterAll(() => s?.close());

  it('list of users only sums and kinds', async () => {
    const { dimensions } = await everything(s);
    const listed = [...sumsAndKinds].filter(member => dimensions.includes(member)).map(bare);
    expect(listed.filter(name => !kinds.includes(name))).toEqual([]);
  });

  it.each([
    'select upper(user_id), measure(unique_viewers) from sessions group by 1',
    "select upper(device), measure(unique_viewers) from sessions where left(user_id, 1) = 'u' group by 1",
    "select upper(device), measure(unique_viewers) from sessions group by 1 having max(session_id) > 'a'",
    'select upper(device), measure(unique_viewers) from sessions group by 1 order by min(user_id)',
    "select upper(device), measure(unique_viewers) filter (where user_id = 'u1') from sessions group by 1",
    'select upper(device), count(distinct user_id), measure(unique_viewers) from sessions group by 1',
  ])('get no hidden member by an expression: %s', async statement => {
    const answer = await (await s.as('analyst')).sql(statement);
    expect(answer).toMatchObject({ kind: 'refused', text: expect.stringContaining('42703') });
    expect(rowsOf(await (await s.as('admin')).sql(statement)).length).toBeGreaterThan(0);
  });

  it('are shown no id, through every door, and all the rest answers', async () => {
    const analyst = await s.as('analyst');
    const all = await everything(s);
    const shown = Object.values(all).flat().filter(shownTo.analyst);
    await sees(analyst, shown, all);
    expect(leaks(await everyRow(analyst), s.ids)).toEqual([]);
    for (const member of all.measures.filter(shownTo.analyst)) {
      const answer = await analyst.load({ measures: [member], ...rangeFor(cubeOf(member)) });
      expect(answer.kind === 'rows' && answer.rows.length, `${member}: ${JSON.stringify(answer)}`).toBe(1);
    }
  }, 300_000);
});

describe('tenants', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage({ tenants: 'by_video' });
  });
  afterAll(() => s?.close());

  it('get answers of their own, which the gateway keeps for them', async () => {
    const gateway = await startGateway({ config: s.small.config, cubeUrl: s.cube.url });
    try {
      const seen = async (tenant: string) => {
        const headers = {
          authorization: `Bearer ${await token({ role: 'admin', tenant }, s.small.config.secrets.api)}`,
        };
        const query =
          '{ totals(range: { from: "2026-01-01", to: "2026-01-31" }) { sessionCount } freshness { dataVersion } }';
        const answer = await fetch(`${gateway.url}/graphql?${new URLSearchParams({ query })}`, {
          headers: { ...headers, 'apollo-require-preflight': '1' },
        });
        // Only an answer that is kept has one.
        return { body: await answer.json(), etag: answer.headers.get('etag') };
      };
      const [acme, globex] = [await seen('acme'), await seen('globex')];
      for (const { body } of [acme, globex]) {
        expect(body).toMatchObject({
          data: { totals: { sessionCount: sessionCount / 3 }, freshness: { dataVersion: 1 } },
        });
      }
      expect(acme.etag).not.toBe(globex.etag);
      expect(acme.etag).not.toBeNull();
      expect(await seen('acme')).toEqual(acme);
      expect(await seen('globex')).toEqual(globex);
    } finally {
      await gateway.close();
    }
  });

  it('see the rows of their videos in what the source computes', async () => {
    const videos = async (user: string) => {
      const caller = await s.as(user);
      const rows = rowsOf(
        await caller.sql(
          "select upper(video_id) as v, measure(unique_viewers) as n from sessions where lower(device) <> 'x' group by 1 order by 1",
        ),
      );
      return rows.map(row => row['v']);
    };
    expect(await videos('acme-admin')).toEqual(['V0']);
    expect(await videos('globex-analyst')).toEqual(['V1']);
    expect(await videos('nobody-admin')).toEqual([]);
  });

  it.each(['acme-admin', 'acme-service', 'globex-analyst'])(
    '%s sees the rows of its videos only',
    async user => {
      const doors = await s.as(user);
      const own = user.startsWith('acme') ? 'v0' : 'v1';
      const { dimensions, measures } = await doors.shown();
      expect(cubesOf(measures).filter(name => undivided.includes(name))).toEqual([]);
      for (const member of dimensions.filter(one => bare(one) === 'video_id')) {
        expect(rowsOf(await doors.load({ dimensions: [member] })), member).toEqual([{ [member]: own }]);
      }
      const foreign = new Set(['v0', 'v1', 'v2', 'V0', 'V1', 'V2'].filter(id => id.toLowerCase() !== own));
      expect(leaks(await everyRow(doors), foreign)).toEqual([]);
      // A third of the sessions is of each video.
      for (const name of ['sessions', ...(user.endsWith('service') ? [] : ['video_performance', 'audience'])]) {
        const counted = await doors.load({ measures: [`${name}.session_count`] });
        expect(rowsOf(counted)).toEqual([{ [`${name}.session_count`]: String(sessionCount / 3) }]);
      }
      const bySql = await doors.sql('select count(*) as n, count(distinct video_id) as videos from segments');
      expect(rowsOf(bySql)).toHaveLength(1);
      expect(Number(rowsOf(bySql)[0]?.['videos'])).toBe(1);
    },
    240_000,
  );

  it.each(['nobody-admin', 'nobody-analyst'])('%s, a tenant without videos, sees no rows', async user => {
    const doors = await s.as(user);
    for (const name of [
      'sessions',
      'segments',
      'videos',
      'video_days',
      'video_retention',
      'user_videos',
      'impressions',
    ]) {
      expect(rowsOf(await doors.load({ dimensions: [`${name}.video_id`] })), name).toEqual([]);
    }
  });

  it.each([
    ['admin', { role: 'admin' }],
    ['analyst', { role: 'analyst' }],
    ['service', { role: 'service', tenant: '' }],
    ['admin', { role: 'admin', tenant: ['acme'] }],
  ])('%s without a tenant is shown nothing', async (user, claims) => {
    const doors = await s.as(user, claims);
    expect(await doors.shownByMeta()).toEqual([]);
    expect(await doors.shownByGraphql()).toEqual([]);
    expect(await doors.shownBySql()).toEqual([]);
    expect((await doors.load({ measures: ['sessions.session_count'] })).kind).toBe('refused');
    expect((await doors.sql('select count(*) from sessions')).kind).toBe('refused');
    for (const path of ['/v1/sql', '/v1/cubesql', '/graphql']) {
      const { text } = await doors.post(path, { query: 'select count(*) from sessions' });
      expect(text, path).toMatch(/error/);
    }
  });
});

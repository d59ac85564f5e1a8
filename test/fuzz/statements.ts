import fc from 'fast-check';

/** The same question twice: to the SQL API, and to DuckDB over the tables, where no measure exists. */
export interface Question {
  readonly api: string;
  readonly duckdb: string;
  readonly isOrdered: boolean;
}

interface Pair {
  readonly api: string;
  readonly duckdb: string;
}

/** A template of text and of what differs between the two. */
function pair(strings: TemplateStringsArray, ...parts: readonly (string | number | Pair)[]): Pair {
  const write = (side: keyof Pair) =>
    strings.map((text, index) => {
      const part = parts[index] ?? '';
      return text + (typeof part === 'object' ? part[side] : part);
    });
  return { api: write('api').join(''), duckdb: write('duckdb').join('') };
}

const joined = (pairs: readonly (string | Pair)[], by: string): Pair =>
  pairs.reduce<Pair>((sum, each, index) => (index === 0 ? pair`${each}` : pair`${sum}${by}${each}`), pair``);

interface Measure {
  readonly name: string;
  readonly by: string;
  /** Whether sums over finer groups make the whole. */
  readonly isAdditive: boolean;
  readonly isWhole: boolean;
  readonly aggregates: readonly string[];
}

const count = { isAdditive: true, isWhole: true, aggregates: ['MEASURE', 'SUM'] };
const sum = { isAdditive: true, isWhole: false, aggregates: ['MEASURE', 'SUM'] };
const ratio = { isAdditive: false, isWhole: false, aggregates: ['MEASURE', 'AVG', 'SUM', 'MAX'] };

/** Measures of the cube, and what they are in words that no semantic layer knows. */
const measures: readonly Measure[] = [
  { name: 'session_count', by: 'count(*)', ...count },
  { name: 'play_count', by: 'count(*) filter (has_played)', ...count },
  { name: 'completed_session_count', by: 'count(*) filter (completed)', ...count },
  { name: 'watch_time_s', by: 'sum(watch_time_s)', ...sum },
  { name: 'skipped_s', by: 'sum(skipped_s)', ...sum },
  { name: 'pause_count', by: 'sum(pause_count)', ...count },
  { name: 'unique_viewers', by: 'count(distinct user_id)', isAdditive: false, isWhole: true, aggregates: ['MEASURE'] },
  { name: 'completion_rate', by: 'count(*) filter (completed) / nullif(count(*), 0)', ...ratio },
  { name: 'avg_watch_time_s', by: 'sum(watch_time_s) / nullif(count(*), 0)', ...ratio },
  { name: 'plays_per_viewer', by: 'count(*) filter (has_played) / nullif(count(distinct user_id), 0)', ...ratio },
  {
    name: 'avg_engagement_score',
    by: 'avg(engagement_score)',
    isAdditive: false,
    isWhole: false,
    aggregates: ['MEASURE', 'AVG'],
  },
];

/** Numbers of the model: what these are over no rows, only the model knows. */
const ratios = new Set(['completion_rate', 'avg_watch_time_s', 'plays_per_viewer']);

/** A measure over the rows that fulfil a condition, in words that no semantic layer knows. */
const filtered = ({ by }: Measure, condition: string): string => {
  const conditional = /^(.*) filter \(where (.*)\)$/.exec(by) ?? /^(.*) filter \((\w+)\)$/.exec(by);
  return conditional === null
    ? `${by} filter (where ${condition})`
    : `${conditional[1]} filter (where (${conditional[2]}) and (${condition}))`;
};

interface Chosen extends Measure {
  readonly sql: Pair;
}

const written = (measure: Measure, aggregate = 'MEASURE'): Pair => ({
  api: `${aggregate}(${measure.name})`,
  duckdb: `(${measure.by})`,
});

const plainKeys = ['device', 'country', 'video_id', 'has_played', 'completed', 'end_reason', 'duration_s', 'autoplay'];
const timeKeys = ['month', 'week', 'day', 'year', 'quarter'].map(unit => `date_trunc('${unit}', started_at)`);
const madeKeys = [
  'upper(country)',
  "coalesce(device, 'none')",
  'length(end_reason)',
  'extract(month from started_at)',
  'extract(dow from started_at)',
  'cast(started_at as date)',
  "device || '/' || country",
  "case when device = 'phone' then 'small' when device is null then 'unknown' else 'large' end",
  "case when country in ('NO') or country is null then false else true end",
  'duration_s > 105',
  'round(duration_s / 7)',
  'left(lower(device), 2) || length(country)',
  "date_trunc('month', started_at) + interval '1 month'",
  // What tools write for weeks from Sunday, and Grafana for its time groups.
  "date_trunc('week', started_at + interval '1 day') - interval '1 day'",
  "date_trunc('day', cast(started_at as date)) + (-extract(dow from started_at) * interval '1 day')",
  'floor(extract(epoch from started_at) / 86400) * 86400',
  'floor(extract(epoch from started_at) / 3600) * 3600',
  'floor(extract(epoch from started_at) / 7200)',
  'extract(year from started_at)',
  "extract(hour from started_at - interval '90 minutes')",
  "date_trunc('month', started_at - interval '3 months')",
  "date_trunc('day', started_at + interval '2 hours')",
];
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...plainKeys) },
  { weight: 2, arbitrary: fc.constantFrom(...timeKeys) },
  { weight: 2, arbitrary: fc.constantFrom(...madeKeys) },
);

const instant = fc
  .record({
    month: fc.integer({ min: 1, max: 3 }),
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.constantFrom(0, 0, 6, 23),
  })
  .map(
    ({ month, day, hour }) =>
      `timestamp '2026-0${month}-${String(day).padStart(2, '0')} ${String(hour).padStart(2, '0')}:00:00'`,
  );

const atom: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "device = 'phone'",
      "device <> 'phone'",
      "device in ('phone', 'TV')",
      "device not in ('phone', 'tv 2')",
      'device is null',
    ],
    ...['country is not null', "device like 't%'", "device ilike '%T%'", "device not like '%o%'", "device = 'nothing'"],
    ...[
      'has_played',
      'not completed',
      'completed = false',
      'autoplay is null',
      'autoplay',
      'not autoplay',
      'autoplay is not true',
    ],
    ...[
      "coalesce(device, 'x') = 'x'",
      "lower(device) = 'tv'",
      "strpos(device, 'o') > 0",
      'device = country',
      'device < country',
    ],
    ...[
      'duration_s between 100 and 115',
      'duration_s + 10 > 115',
      'percent_viewed_ratio >= 0.2',
      "device > 'm'",
      '1 = 1',
    ],
    ...[
      'extract(month from started_at) = 1',
      "date_trunc('month', started_at) = timestamp '2026-02-01'",
      "user_id in ('u1', 'u2', 'u3')",
    ],
    ...[
      "case when device = 'phone' then true else false end",
      "(case when country in ('NO') or country is null then false else true end)",
    ],
    ...[
      "started_at < timestamp '2026-02-01'",
      "started_at <= timestamp '2026-01-31 23:59:59.9997'",
      "started_at >= timestamp '2026-02-01'",
    ],
  ),
  instant.map(at => `started_at >= ${at}`),
  instant.map(at => `started_at < ${at}`),
  fc.tuple(instant, instant).map(([from, to]) => `started_at between ${from} and ${to}`),
  fc.integer({ min: 0, max: 60 }).map(seconds => `session_watch_time_s > ${seconds}`),
);
const condition: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: atom },
  { weight: 1, arbitrary: fc.tuple(atom, atom).map(([a, b]) => `(${a} or ${b})`) },
  { weight: 1, arbitrary: fc.tuple(atom, atom).map(([a, b]) => `not (${a} and ${b})`) },
);
const where = fc.array(condition, { maxLength: 3 }).map(all => (all.length === 0 ? '' : ` where ${all.join(' and ')}`));

const measure: fc.Arbitrary<Chosen> = fc
  .constantFrom(...measures)
  .chain(each => fc.constantFrom(...each.aggregates).map(aggregate => ({ ...each, sql: written(each, aggregate) })));
const someMeasures = fc.uniqueArray(measure, { minLength: 1, maxLength: 3, selector: ({ name }) => name });

const test = fc.record({
  measure,
  comparison: fc.constantFrom('>', '<=', '<>', '>='),
  value: fc.constantFrom('0', '3', '0.25', '40', '900.5'),
});
const having: fc.Arbitrary<Pair> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(pair``) },
  {
    weight: 1,
    arbitrary: test.map(({ measure, comparison, value }) => pair` having ${measure.sql} ${comparison} ${value}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(test, test)
      .map(
        ([a, b]) =>
          pair` having (${a.measure.sql} ${a.comparison} ${a.value} or not ${b.measure.sql} ${b.comparison} ${b.value})`,
      ),
  },
);

/** SELECT with its keys k0, k1, ... and measures m0, m1, ... */
const grouped = fc
  .record({ keys: fc.uniqueArray(key, { maxLength: 3 }), chosen: someMeasures, where, having })
  .map(({ keys, chosen, where, having }) => {
    const columns = joined(
      [
        ...keys.map((each, index) => `${each} as k${index}`),
        ...chosen.map((each, index) => pair`${each.sql} as m${index}`),
      ],
      ', ',
    );
    const groups = keys.length === 0 ? '' : ` group by ${keys.map((_, index) => index + 1).join(', ')}`;
    return { keys, chosen, text: pair`select ${columns} from sessions${where}${groups}${having}` };
  });

const plain = grouped.map(({ text }): Question => ({ ...text, isOrdered: false }));

const keyOrder = (keys: readonly string[], nulls: string) => keys.map((_, index) => `k${index} asc nulls ${nulls}`);
const nulls = fc.constantFrom('first', 'last');

const ordered = fc
  .record({
    grouped,
    nulls,
    limit: fc.integer({ min: 0, max: 12 }),
    offset: fc.integer({ min: 0, max: 4 }),
    isDown: fc.boolean(),
  })
  .map(({ grouped: { keys, chosen, text }, nulls, limit, offset, isDown }): Question => {
    const whole = chosen.findIndex(each => each.isWhole);
    const first = whole === -1 ? [] : [`m${whole} ${isDown ? 'desc' : 'asc'} nulls ${nulls}`];
    const order = [...first, ...keyOrder(keys, nulls)];
    const by = order.length === 0 ? '' : ` order by ${order.join(', ')}`;
    return { ...pair`${text}${by} limit ${String(limit)}${offset === 0 ? '' : ` offset ${offset}`}`, isOrdered: true };
  });

/** What stands above a grouped SELECT is plain SQL over its rows. */
const above = fc
  .record({
    grouped,
    other: grouped,
    shape: fc.constantFrom('cte', 'window', 'regroup', 'case', 'union', 'distinct', 'in'),
  })
  .map(({ grouped: { keys, chosen, text }, other, shape }): Question => {
    const names = [...keys.map((_, index) => `k${index}`), ...chosen.map((_, index) => `m${index}`)].join(', ');
    const by = keyOrder(keys, 'last').join(', ') || '1';
    const additive = chosen.findIndex(each => each.isAdditive);
    const shapes: Readonly<Record<string, Pair>> = {
      cte: pair`with g as (${text}) select g.*, (select count(*) from g) as n from g where m0 > 2 or m0 is null`,
      window: pair`select ${names}, row_number() over (order by ${by}) as r, sum(m0) over (order by ${by} rows between 2 preceding and current row) as s from (${text}) as g`,
      regroup: pair`select ${keys.length > 1 ? 'k0 as a' : '1 as a'}, sum(m${String(Math.max(additive, 0))}) as s, max(m0) as x, count(*) as n from (${text}) as g group by 1`,
      case: pair`select ${names}, case when m0 > 10 then 'many' when m0 is null then 'none' else 'few' end as c from (${text}) as g`,
      union: pair`select m0 as m, 'a' as side from (${text}) as a union all select m0, 'b' from (${other.text}) as b`,
      distinct: pair`select distinct ${keys.length > 0 ? 'k0' : 'm0'} as d from (${text}) as g`,
      in: pair`select ${names} from (${text}) as g where m0 in (select m0 from (${other.text}) as h) or m0 > (select avg(m0) from (${other.text}) as i)`,
    };
    return { ...(shapes[shape] ?? text), isOrdered: false };
  });

const join = fc
  .record({
    key: fc.constantFrom(...plainKeys),
    left: someMeasures,
    right: someMeasures,
    kind: fc.constantFrom('join', 'left join', 'full join'),
    where: fc.tuple(where, where),
  })
  .map(({ key, left, right, kind, where }): Question => {
    const side = (chosen: typeof left, condition: string) => {
      const columns = joined(
        chosen.map((each, index) => pair`${each.sql} as m${String(index)}`),
        ', ',
      );
      return pair`select ${key} as k, ${columns} from sessions${condition} group by 1`;
    };
    const text = pair`select a.k as ak, b.k as bk, a.m0 as am, b.m0 as bm from (${side(left, where[0])}) as a ${kind} (${side(right, where[1])}) as b on a.k = b.k`;
    return { ...text, isOrdered: false };
  });

/** Aggregates of dimensions, beside measures and alone. */
const dimensionAggregates = fc
  .record({
    keys: fc.uniqueArray(key, { maxLength: 2 }),
    aggregates: fc.uniqueArray(
      fc.constantFrom(
        ...[
          'count(distinct country)',
          'max(duration_s)',
          'min(session_watch_time_s)',
          'sum(session_watch_time_s)',
          'count(device)',
        ],
        ...['avg(duration_s)', 'count(*)', 'max(device)', "min(date_trunc('day', started_at))", 'bool_or(completed)'],
        ...[
          "count(*) filter (where device = 'phone')",
          'sum(case when completed then 1 else 0 end)',
          'count(distinct user_id)',
          'avg(case when completed then 1 else 0 end)',
          'sum(length(device))',
          'count(distinct lower(device))',
          'avg(duration_s * 2)',
        ],
      ),
      { minLength: 1, maxLength: 3 },
    ),
    more: fc.oneof(fc.constant<Chosen[]>([]), someMeasures),
    where,
  })
  .map(({ keys, aggregates, more, where }): Question => {
    const columns = joined(
      [
        ...keys.map((each, index) => `${each} as k${index}`),
        ...aggregates.map((each, index) => `${each} as a${index}`),
        ...more.map((each, index) => pair`${each.sql} as m${String(index)}`),
      ],
      ', ',
    );
    const groups = keys.length === 0 ? '' : ` group by ${keys.map((_, index) => index + 1).join(', ')}`;
    return { ...pair`select ${columns} from sessions${where}${groups}`, isOrdered: false };
  });

/** Several ways of grouping at once, over the rows that they have together, and measures of some rows only. */
const sets = fc
  .record({
    keys: fc.uniqueArray(key, { minLength: 1, maxLength: 2 }),
    chosen: someMeasures,
    kind: fc.constantFrom('rollup', 'cube', 'sets', 'both', 'plain'),
    filters: fc.tuple(fc.option(atom), fc.option(atom), fc.option(atom)),
    where,
    having: fc.constantFrom('', ' having grouping(k0) = 1', ' having count(*) > 5'),
    order: fc.constantFrom('order', 'window', 'none'),
  })
  .map(({ keys, chosen, kind, filters, where, having, order }): Question => {
    const [first = '', ...others] = keys;
    const all = keys.join(', ');
    const ways: Readonly<Record<string, string>> = {
      rollup: `rollup(${all})`,
      cube: `cube(${all})`,
      sets: `grouping sets((${all}), (${first}), ())`,
      both: others.length > 0 ? `${others.join(', ')}, rollup(${first})` : `rollup(${first})`,
      plain: all,
    };
    const isPlain = kind === 'plain';
    const filterable = ({ name }: Measure, index: number): string => {
      const filter = filters[index];
      return filter === null || filter === undefined || ratios.has(name) ? '' : ` filter (where ${filter})`;
    };
    const columns = [
      ...keys.map((each, index) => `${each} as k${index}`),
      ...(isPlain ? [] : [`grouping(${all}) as g`]),
      ...chosen.map((each, index) => {
        const filter = filterable(each, index);
        const counted = filter === '' ? pair`${each.sql}` : pair`${written(each)}${filter}`;
        return filter === ''
          ? pair`${counted} as m${index}`
          : pair`${{ api: counted.api, duckdb: filtered(each, filters[index] ?? '') }} as m${index}`;
      }),
    ];
    const only =
      isPlain && having.includes('grouping') ? '' : having.replace('k0', first).replace('count(*)', 'count(*)');
    const text = pair`select ${joined(columns, ', ')} from sessions${where} group by ${ways[kind] ?? all}${only}`;
    const names = [...keys.map((_, index) => `k${index}`), ...(isPlain ? [] : ['g'])].join(', ');
    if (order === 'window')
      return {
        ...pair`select *, count(*) over () as n, max(m0) over (partition by k0) as x from (${text}) as s`,
        isOrdered: false,
      };
    return order === 'order'
      ? {
          ...pair`select * from (${text}) as s order by ${names.replaceAll(/(\w+)/g, '$1 nulls last')}, m0 limit 40`,
          isOrdered: false,
        }
      : { ...text, isOrdered: false };
  });

/** Rows of the source, as an import reads them. */
const ungrouped = fc
  .record({
    keys: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }),
    where,
    limit: fc.option(fc.integer({ min: 0, max: 30 })),
    isDistinct: fc.boolean(),
  })
  .map(({ keys, where, limit, isDistinct }): Question => {
    const columns = keys.map((each, index) => `${each} as k${index}`).join(', ');
    if (isDistinct) return { ...pair`select distinct ${columns} from sessions${where}`, isOrdered: false };
    const cut = limit === null ? '' : ` order by session_id limit ${limit}`;
    return { ...pair`select session_id as id, ${columns} from sessions${where}${cut}`, isOrdered: limit !== null };
  });

export const questions: fc.Arbitrary<Question> = fc.oneof(
  { weight: 3, arbitrary: plain },
  { weight: 3, arbitrary: ordered },
  { weight: 4, arbitrary: above },
  { weight: 1, arbitrary: join },
  { weight: 2, arbitrary: dimensionAggregates },
  { weight: 2, arbitrary: ungrouped },
  { weight: 1, arbitrary: sets },
);

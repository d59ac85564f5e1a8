/** Two tables with nulls, ties and repeated keys: the same rows for the cubes and for the Postgres that checks them. */
export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** A linear congruential generator (Numerical Recipes): every run has the same rows. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pick = <T>(random: (below: number) => number, from: readonly T[]): T => {
  const picked = from[random(from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
};

const random = randomFrom(7);
const devices = ['web', 'App', 'tv', 'TV', null] as const;
const people = ['ann', 'bob', 'cy', 'dee', 'Eve', null] as const;

export const plays: Table = {
  name: 'plays',
  columns: {
    id: 'bigint',
    device: 'text',
    person: 'text',
    started_at: 'timestamp',
    is_done: 'boolean',
    amount: 'double precision',
  },
  rows: Array.from({ length: 90 }, (_, id) => {
    const day = 1 + random(28);
    const month = 1 + random(12);
    const two = (number: number): string => String(number).padStart(2, '0');
    return [
      id,
      pick(random, devices),
      pick(random, people),
      `${2023 + random(2)}-${two(month)}-${two(day)} ${two(random(24))}:${two(random(60))}:00`,
      pick(random, [true, false, null]),
      pick(random, [null, ...Array.from({ length: 12 }, (_, at) => at / 4 - 0.5)]),
    ];
  }),
};

export const members: Table = {
  name: 'members',
  columns: { person: 'text', plan: 'text', fee: 'double precision' },
  rows: [
    ['ann', 'gold', 10],
    ['bob', 'free', 0],
    ['cy', 'gold', 10],
    ['cy', 'trial', 1.5],
    ['gil', 'gold', 12],
    [null, 'free', 0],
  ],
};

export function valuesSql({ columns, rows, name }: Table): string {
  const types = Object.values(columns);
  const literal = (value: string | number | boolean | null, index: number): string =>
    `CAST(${typeof value === 'string' ? `'${value}'` : value} AS ${types[index]})`;
  const list = rows.map(row => `(${row.map(literal).join(', ')})`).join(', ');
  return `SELECT * FROM (VALUES ${list}) AS ${name}(${Object.keys(columns).join(', ')})`;
}

export const playsModel = `
  - name: plays
    sql: ${valuesSql(plays)}
    dimensions:
      - { name: id, sql: id, type: number, primary_key: true, public: true }
      - { name: device, sql: device, type: string }
      - { name: person, sql: person, type: string }
      - { name: started_at, sql: started_at, type: time }
      - { name: is_done, sql: is_done, type: boolean }
      - { name: amount, sql: amount, type: number }
    measures:
      - { name: count, type: count }
      - { name: total, type: sum, sql: amount }
      - { name: average, type: avg, sql: amount }
      - { name: lowest, type: min, sql: amount }
      - { name: highest, type: max, sql: amount }
      - { name: people, type: count_distinct, sql: person }
      - { name: ratio, type: number, sql: "{total} / nullif({count}, 0)" }
  - name: members
    sql: SELECT row_number() OVER () AS id, * FROM (${valuesSql(members)})
    dimensions:
      - { name: id, sql: id, type: number, primary_key: true }
      - { name: person, sql: person, type: string }
      - { name: plan, sql: plan, type: string }
      - { name: fee, sql: fee, type: number }
    measures:
      - { name: count, type: count }
      - { name: fees, type: sum, sql: fee }
    pre_aggregations:
      - { name: by_plan, measures: [fees], dimensions: [plan], external: false, scheduled_refresh: false }
`;

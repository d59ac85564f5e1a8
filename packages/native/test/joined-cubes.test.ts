import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparable } from './oracle.js';
import { type SideBySide, startSideBySide } from './side-by-side.js';

let side: SideBySide;

beforeAll(async () => {
  side = await startSideBySide();
});
afterAll(() => side?.close());

const ask = async (sql: string): Promise<unknown[]> => (await side.client.query({ text: sql, rowMode: 'array' })).rows;

async function expectSame(sql: string): Promise<void> {
  const isOrdered = /order by[^)]*$/i.test(sql);
  const wanted = comparable(await side.oracle.rows(sql), isOrdered);
  expect(comparable(await ask(sql), isOrdered)).toEqual(wanted);
  expect(wanted.length, 'a comparison of nothing proves nothing').toBeGreaterThan(0);
}

const topPeople = (count: number, more = ''): string =>
  `(select person, sum(total) as x from plays group by 1 order by 2 desc nulls last, 1 limit ${count}${more})`;

describe('a cube joined to a subquery gives what SQL over its rows gives', () => {
  test.each([
    // Names for values, written into the statement
    `select label, sum(total) from plays join (values ('web', 'Browser'), ('tv', 'Television')) names(code, label) on device = code group by 1`,
    `select column2, count(*) from plays join (values ('web', 'Browser')) names on device = column1 group by 1`,
    `with names(code, label) as (values ('web', 'Browser'), ('tv', 'Television'))
       select coalesce(label, 'Other') as l, sum(total) from plays left join names on device = code group by 1`,
    // Tableau: top n, sets, contexts
    `select p.device, sum(p.total) from plays p join ${topPeople(3)} t on p.person = t.person group by 1`,
    `select p.device, sum(p.total), count(*), min(p.lowest), max(p.highest) from plays p
       join ${topPeople(2)} t on p.person is not distinct from t.person group by 1 having count(*) > 1 order by 2 desc nulls last, 1`,
    `select case when t.person is null then 'Out' else 'In' end as s, sum(p.total), count(*) from plays p
       left join ${topPeople(2)} t on p.person = t.person group by 1`,
    `select p.person, measure(p.average), measure(p.people), measure(p.ratio) from plays p
       join ${topPeople(3)} t on p.person = t.person group by 1`,
    `select person, sum(total), measure(ratio) from plays join ${topPeople(3)} t using (person) group by 1`,
    `select date_trunc('month', p.started_at) as m, sum(p.total) from plays p join ${topPeople(3)} t on p.person = t.person
       where p.started_at >= timestamp '2023-06-01' and p.device = 'web' group by m order by m`,
    `select p.device, sum(p.total) / t.x from plays p join ${topPeople(3)} t on p.person = t.person group by p.device, t.x`,
    'select device, sum(total), s.everything from plays cross join (select sum(total) as everything from plays) s group by 1, 3',
    `select p.device, measure(p.ratio), s.r from plays p cross join (select measure(ratio) as r from plays) s group by 1, 3`,
    'select sum(p.total), count(*), max(s.n) from plays p cross join (select count(*) as n from members) s',
    // Measures that groups by the joined column do not tell: the subquery's values go down as a list
    `select p.device, measure(p.average), measure(p.people), measure(p.ratio) from plays p join ${topPeople(3)} t on p.person = t.person group by 1`,
    `select case when t.person is null then 'Out' else 'In' end as s, measure(p.average), measure(p.people), count(*) from plays p
       left join ${topPeople(2)} t on p.person = t.person group by 1`,
    `select (t.person is not null) as s, measure(p.people) from plays p left join ${topPeople(2)} t on t.person = p.person group by 1`,
    `select p.device, measure(p.ratio), count(distinct p.person) from plays p
       join (select person from plays group by 1 order by measure(count) desc, 1 limit 4) t on p.person is not distinct from t.person group by 1 having measure(p.ratio) > 0`,
    `select upper(p.device) as d, measure(p.average) from plays p join ${topPeople(4)} t on p.person = t.person
       left join (select device, count(*) as n from plays group by 1 order by 2 desc, 1 limit 2) s on p.device = s.device where s.device is not null group by 1 order by 1`,
    `select p.device, measure(p.average) from plays p join (select id, sum(total) as x from plays group by 1 order by 2 desc nulls last, 1 limit 9) t on p.id = t.id group by 1`,
    `select measure(p.people), measure(p.average), count(*) from plays p join ${topPeople(0)} t on p.person = t.person`,
    `select device, measure(average), measure(people) from plays where person in (select person from members) group by 1`,
    `select measure(ratio) from plays where person not in (select person from members where plan = 'gold')`,
    'select measure(ratio) from plays where person not in (select person from members)',
    `select measure(ratio), measure(people) from plays where person not in (select person from members where plan = 'none')`,
    `select t.person, measure(p.people) from plays p left join ${topPeople(0)} t on p.person = t.person group by 1`,
    'select p.device, avg(p.average) from plays p join (select person from members group by 1) m on p.person = m.person group by 1',
    // Joins that repeat rows
    'select p.device, sum(p.total), count(*) from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person group by 1',
    'select m.plan, sum(p.total), count(*), min(p.lowest) from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person group by 1',
    'select p.person, avg(p.average), count(distinct p.people) from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person group by 1',
    'select m.plan, sum(p.total), count(*), measure(p.count) from (select person, plan from members group by 1, 2) m left join plays p on m.person = p.person and p.amount > 1 group by 1',
    'select m.plan, sum(p.total) from plays p right join (select person, plan from members group by 1, 2) m on m.person = p.person group by 1',
    'select m.plan, p.device, sum(p.total), count(*) from plays p full join (select person, plan from members group by 1, 2) m on m.person = p.person group by 1, 2',
    'select sum(p.amount), avg(p.amount), count(p.device), count(*) from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person',
    `select p.device, count(distinct p.person), max(t.x) from plays p join ${topPeople(4)} t on p.person = t.person group by 1`,
    'select p.id, p.amount, m.plan from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person where p.amount > 1',
    'select p.* , m.plan from (select id, device, person from plays) p join (select person, plan from members group by 1, 2) m on p.person = m.person',
    'select distinct p.device, m.plan from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person',
    // Tools that wrap the cube in a subselect first
    `select r.d, sum(r.t) from (select p.device as d, p.person as who, p.total as t from plays p where p.is_done) r
       inner join ${topPeople(3)} b on r.who = b.person or (r.who is null and b.person is null) group by r.d`,
    `with best as ${topPeople(2)} select p.device, sum(p.total) from plays p join best on best.person = p.person group by 1`,
    `select upper(p.device), sum(p.total) filter (where t.x > 1), count(*) filter (where p.is_done) from plays p
       join ${topPeople(4)} t on p.person = t.person group by 1`,
    `select p.device, sum(p.total), sum(sum(p.total)) over () from plays p join ${topPeople(2)} t on p.person = t.person group by 1`,
    `select p.device, sum(p.total) from plays p, ${topPeople(2)} t where p.person = t.person and p.is_done group by 1 order by sum(p.total)`,
    // Subqueries beside the cube
    'select device, sum(total), count(*) from plays where person in (select person from members) group by 1',
    `select device, sum(total) from plays where person in (select person from ${topPeople(2)} t) and device is not null group by 1`,
    "select device, sum(total) from plays where person not in (select person from members where plan = 'gold') group by 1",
    'select device, sum(total) from plays p where exists (select 1 from members m where m.person = p.person) group by 1',
    "select device, count(*) from plays p where not exists (select * from members m where m.person = p.person and m.plan = 'gold') group by 1",
    'select p.person, sum(p.total), (select sum(m.fees) from members m where m.person = p.person) from plays p group by 1',
    'select person, measure(ratio), (select measure(ratio) from plays) from plays group by 1',
    'select device, sum(total) from plays group by 1 having sum(total) > (select avg(x) from (select sum(total) as x from plays group by device) t)',
    `select m.plan, l.n from (select person, plan from members group by 1, 2) m
       cross join lateral (select count(*) as n from plays p where p.person = m.person) l`,
    'select id from plays where amount = (select max(amount) from plays)',
  ])('%s', expectSame);

  test.each([
    [
      `select t.x, measure(p.average) from plays p join ${topPeople(3)} t on p.person = t.person group by 1`,
      'not additive',
    ],
    [
      'select p.person, measure(p.ratio) from plays p join (select person, plan from members group by 1, 2) m on p.person = m.person group by 1',
      'not additive',
    ],
    [
      'select m.plan, sum(p.total), sum(m.fee) from plays p join (select person, plan, fee from members group by 1, 2, 3) m on p.person = m.person group by 1',
      'cannot stand beside measures',
    ],
    ['select sum(p.total), sum(m.fees) from plays p join members m on p.person = m.person', 'as the model says'],
    [
      'select sum(p.total) from plays p join members m on p.person = m.person join (select 1 as one) o on true',
      'two cubes',
    ],
    [
      'select p.device from plays p join (select person from members group by 1) m on p.person = m.person where p.total > 1',
      'cannot be used in WHERE',
    ],
    ['select sum(p.total) from plays p natural join (select person from members group by 1) m', 'NATURAL'],
  ])('%s is refused: %s', async (sql, message) => {
    await expect(ask(sql)).rejects.toMatchObject({
      code: '0A000',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  test.each([
    [
      'select p.device, p.total from plays p join (select person from members group by 1) m on p.person = m.person group by 1',
      '42803',
    ],
    [
      'select device, sum(total) from plays join (select person, 1 as device from members group by 1) m on true group by 1',
      '42702',
    ],
    ['select p.devise from plays p join (select person from members group by 1) m on true', '42703'],
  ])('%s fails with %s', async (sql, code) => {
    await expect(ask(sql)).rejects.toMatchObject({ code });
  });
});

/** A statement in the shape that a tool sends, and the same question as a person would write it over the tables. */
export interface Shape {
  readonly tool: string;
  readonly title: string;
  readonly sql: string;
  readonly files: string;
  readonly isOrdered?: true;
}

const january = `"started_at" < timestamp '2026-02-01 00:00:00' and "_"."started_at" >= timestamp '2026-01-01 00:00:00'`;
const inJanuary = "started_at >= '2026-01-01' and started_at < '2026-02-01'";

const powerBi: readonly Omit<Shape, 'tool'>[] = [
  {
    title: 'Import of a table',
    sql: `select "$Table"."session_id" as "session_id", "$Table"."started_at" as "started_at", "$Table"."device" as "device",
      "$Table"."session_watch_time_s" as "session_watch_time_s", "$Table"."duration_s" as "duration_s"
      from "public"."session_details" "$Table" where "$Table"."session_id" < 's11'`,
    // Cube knows milliseconds.
    files: `select session_id, date_trunc('millisecond', started_at), device, session_watch_time_s, duration_s
      from sessions where session_id < 's11'`,
  },
  {
    title: 'DirectQuery: three nested selects, a cast sum, no nulls',
    sql: `select "_"."device" as "c1", "_"."a0" as "a0" from (select "rows"."device" as "device", sum(cast("rows"."watch_time_s" as decimal)) as "a0"
      from (select "_"."device", "_"."watch_time_s" from "public"."video_performance" "_" where "_".${january}) "rows"
      group by "device") "_" where not "_"."a0" is null limit 1000001`,
    files: `select device, sum(watch_time_s) from sessions where ${inJanuary} group by 1`,
  },
  {
    title: 'DirectQuery: the largest first, with HAVING spelled as a filter on aggregates',
    sql: `select "_"."title", "_"."a0", "_"."a1" from (select "title", sum("watch_time_s") as "a0", sum("session_count") as "a1"
      from "public"."video_performance" "$Table" group by "title") "_" where (not "_"."a0" is null or not "_"."a1" is null)
      order by "_"."a0" desc, "_"."title" limit 1001`,
    files: 'select title, sum(watch_time_s), count(*) from video_performance group by 1 order by 2 desc, 1',
    isOrdered: true,
  },
  {
    title: 'DirectQuery: a ratio under a cast sum',
    sql: `select "rows"."country" as "country", sum(cast("rows"."completion_rate" as decimal)) as "a0"
      from (select "country", "completion_rate" from "public"."video_performance" "$Table") "rows" group by "country"`,
    files: 'select country, count(*) filter (completed) / count(*) from sessions group by 1',
  },
  {
    title: 'DirectQuery: distinct count, nulls counted once',
    sql: `select count(distinct("rows"."device")) + max(case when "rows"."device" is null then 1 else 0 end) as "a0"
      from "public"."video_performance" "rows"`,
    files: "select count(distinct coalesce(device, '?')) from sessions",
  },
  {
    title: 'DirectQuery: search',
    sql: `select "rows"."device", sum("rows"."session_count") as "a0" from (select "device", "session_count" from "public"."video_performance" "$Table"
      where strpos((case when "device" is not null then "device" else '' end), 'ph') > 0) "rows" group by "device"`,
    files: "select device, count(*) from sessions where contains(device, 'ph') group by 1",
  },
  {
    title: 'DirectQuery: month keys as text',
    sql: `select case when "started_at" is not null then left(cast(extract(year from "started_at") as varchar), 4000) || '-' || left(cast(extract(month from "started_at") as varchar), 4000) else '' end as "c1",
      sum("session_count") as "a0" from "public"."video_performance" "$Table" group by 1`,
    files: "select year(started_at) || '-' || month(started_at), count(*) from sessions group by 1",
  },
  {
    title: 'DirectQuery: a slicer asks for the ends of the time',
    sql: `select max("rows"."session_date") as "a0", min("rows"."session_date") as "a1" from (select "session_date" from "public"."video_performance" "$Table") "rows"`,
    files: 'select cast(max(session_date) as timestamp), cast(min(session_date) as timestamp) from sessions',
  },
  {
    title: 'DirectQuery: two derived tables joined, nulls included',
    sql: `select "a"."device", "a"."n", "b"."w" from (select "device", sum("session_count") as "n" from "public"."video_performance" "x" group by "device") "a"
      left join (select "device", sum("watch_time_s") as "w" from "public"."video_performance" "y" group by "device") "b"
      on ("a"."device" = "b"."device" or "a"."device" is null and "b"."device" is null)`,
    files: 'select device, count(*), sum(watch_time_s) from sessions group by 1',
  },
];

const t = '"public"."video_performance" "video_performance"';
const tableau: readonly Omit<Shape, 'tool'>[] = [
  {
    title: 'live: its own names, HAVING without GROUP BY',
    sql: `SELECT SUM("video_performance"."watch_time_s") AS "sum:watch_time_s:ok" FROM ${t} HAVING (COUNT(1) > 0)`,
    files: 'select sum(watch_time_s) from sessions',
  },
  {
    title: 'live: casts of dimensions in select, group and filter',
    sql: `SELECT CAST("video_performance"."title" AS TEXT) AS "title", SUM("video_performance"."session_count") AS "sum:session_count:ok" FROM ${t}
      WHERE (CAST("video_performance"."device" AS TEXT) = 'phone') GROUP BY 1`,
    files: "select title, count(*) from video_performance where device = 'phone' group by 1",
  },
  {
    title: 'live: months',
    sql: `SELECT DATE_TRUNC('MONTH', CAST("video_performance"."started_at" AS TIMESTAMP)) AS "tmn:started_at:ok", SUM("video_performance"."watch_time_s") AS "sum:w:ok" FROM ${t} GROUP BY 1`,
    files: "select cast(date_trunc('month', started_at) as timestamp), sum(watch_time_s) from sessions group by 1",
  },
  {
    title: 'live: weeks from Sunday',
    sql: `SELECT (DATE_TRUNC('day', CAST("video_performance"."started_at" AS DATE)) + (-EXTRACT(DOW FROM "video_performance"."started_at") * INTERVAL '1 DAY')) AS "twk:started_at:ok",
      SUM("video_performance"."session_count") AS "n" FROM ${t} GROUP BY 1`,
    files:
      'select cast(cast(started_at as date) - cast(dayofweek(started_at) as integer) as timestamp), count(*) from sessions group by 1',
  },
  {
    title: 'live: year and quarter as numbers',
    sql: `SELECT CAST(TRUNC(EXTRACT(YEAR FROM "video_performance"."started_at")) AS INTEGER) AS "yr:started_at:ok", CAST(TRUNC(EXTRACT(QUARTER FROM "video_performance"."started_at")) AS INTEGER) AS "qr:started_at:ok",
      SUM("video_performance"."session_count") AS "n" FROM ${t} GROUP BY 1, 2`,
    files: 'select year(started_at), quarter(started_at), count(*) from sessions group by 1, 2',
  },
  {
    title: 'live: exclude filter, nulls excluded',
    sql: `SELECT "video_performance"."device" AS "device", SUM("video_performance"."session_count") AS "n" FROM ${t}
      WHERE (CASE WHEN ("video_performance"."device" IN ('phone', 'TV')) OR ("video_performance"."device" IS NULL) THEN FALSE ELSE TRUE END) GROUP BY 1`,
    files: "select device, count(*) from sessions where device not in ('phone', 'TV') group by 1",
  },
  {
    title: 'live: a group',
    sql: `SELECT (CASE WHEN ("video_performance"."device" IN ('TV', 'tv 2')) THEN 'television' ELSE "video_performance"."device" END) AS "Device (group)", SUM("video_performance"."watch_time_s") AS "w" FROM ${t} GROUP BY 1`,
    files:
      "select case when device in ('TV', 'tv 2') then 'television' else device end, sum(watch_time_s) from sessions group by 1",
  },
  {
    title: 'live: search in a filter list',
    sql: `SELECT "video_performance"."device" AS "device" FROM ${t} WHERE (STRPOS(CAST(LOWER(CAST(CAST("video_performance"."device" AS TEXT) AS TEXT)) AS TEXT), 'tv') > 0) GROUP BY 1 ORDER BY 1 ASC NULLS FIRST`,
    files: "select distinct device from sessions where lower(device) like '%tv%' order by 1 nulls first",
    isOrdered: true,
  },
  {
    title: 'live: ends and count of a filter',
    sql: `SELECT MIN("video_performance"."session_date") AS "a", MAX("video_performance"."session_date") AS "b", COUNT("video_performance"."session_date") AS "c" FROM ${t}`,
    files:
      'select cast(min(session_date) as timestamp), cast(max(session_date) as timestamp), count(session_date) from sessions',
  },
  {
    title: 'live: top n by a joined subselect',
    sql: `SELECT "video_performance"."title" AS "title", SUM("video_performance"."watch_time_s") AS "sum:w:ok" FROM ${t}
      INNER JOIN (SELECT "video_performance"."title" AS "title", SUM("video_performance"."watch_time_s") AS "$__alias__0" FROM ${t} GROUP BY 1 ORDER BY 2 DESC LIMIT 2) "t0"
      ON ("video_performance"."title" IS NOT DISTINCT FROM "t0"."title") GROUP BY 1`,
    files: 'select title, sum(watch_time_s) from video_performance group by 1 order by 2 desc limit 2',
  },
  {
    title: 'sets: in or out',
    sql: `SELECT (CASE WHEN "t0"."in" IS NULL THEN 0 ELSE 1 END) AS "io:Set:nk", SUM("video_performance"."session_count") AS "n" FROM ${t}
      LEFT JOIN (SELECT "video_performance"."device" AS "device", 1 AS "in" FROM ${t} GROUP BY 1 HAVING (SUM("video_performance"."session_count") > 300)) "t0"
      ON ("video_performance"."device" = "t0"."device") GROUP BY 1`,
    files: `select case when device in (select device from sessions group by 1 having count(*) > 300) then 1 else 0 end, count(*) from sessions group by 1`,
  },
  {
    title: 'LOD: a share of the whole',
    sql: `SELECT "t0"."title" AS "title", "t0"."w" / "t1"."__measure__0" AS "share" FROM (SELECT "video_performance"."title" AS "title", SUM("video_performance"."watch_time_s") AS "w" FROM ${t} GROUP BY 1) "t0"
      CROSS JOIN (SELECT SUM("video_performance"."watch_time_s") AS "__measure__0" FROM ${t} HAVING (COUNT(1) > 0)) "t1"`,
    files:
      'select title, sum(watch_time_s) / (select sum(watch_time_s) from sessions) from video_performance group by 1',
  },
  {
    title: 'LOD: fixed by a dimension, then the average',
    sql: `SELECT AVG("t0"."__measure__0") AS "avg" FROM (SELECT "video_performance"."title" AS "title", "video_performance"."device" AS "device", SUM("video_performance"."watch_time_s") AS "__measure__0" FROM ${t} GROUP BY 1, 2) "t0"`,
    files: 'select avg(w) from (select title, device, sum(watch_time_s) as w from video_performance group by 1, 2)',
  },
  { title: 'columns of a table', sql: `SELECT * FROM ${t} WHERE 1 = 0`, files: 'select 1 where false' },
];

const others: readonly Shape[] = [
  {
    tool: 'Superset',
    title: 'a chart by day',
    sql: `SELECT DATE_TRUNC('day', started_at) AS started_at, SUM(watch_time_s) AS "SUM(watch_time_s)" FROM public.video_performance
      WHERE started_at >= TO_TIMESTAMP('2026-01-05 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') AND started_at < TO_TIMESTAMP('2026-01-20 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US')
      GROUP BY DATE_TRUNC('day', started_at) ORDER BY "SUM(watch_time_s)" DESC LIMIT 10000`,
    files:
      "select cast(date_trunc('day', started_at) as timestamp), sum(watch_time_s) from sessions where started_at >= '2026-01-05' and started_at < '2026-01-20' group by 1",
  },
  {
    tool: 'Superset',
    title: 'a virtual dataset',
    sql: `SELECT device AS device, SUM(n) AS "SUM(n)" FROM (SELECT device, country, MEASURE(session_count) AS n FROM video_performance GROUP BY 1, 2) AS virtual_table GROUP BY device ORDER BY "SUM(n)" DESC, device LIMIT 1000`,
    files: 'select device, count(*) from sessions group by 1 order by 2 desc, 1',
    isOrdered: true,
  },
  {
    tool: 'Superset',
    title: 'a series limit',
    sql: `SELECT DATE_TRUNC('month', started_at) AS started_at, device AS device, SUM(session_count) AS n FROM public.video_performance
      JOIN (SELECT device AS device__, SUM(session_count) AS mme_inner__ FROM public.video_performance GROUP BY device ORDER BY mme_inner__ DESC, device ASC LIMIT 1) AS series_limit ON device = device__
      GROUP BY DATE_TRUNC('month', started_at), device`,
    files: `select cast(date_trunc('month', started_at) as timestamp), device, count(*) from sessions
      where device = (select device from sessions where device is not null group by 1 order by count(*) desc, device limit 1) group by 1, 2`,
  },
  {
    tool: 'Superset',
    title: 'rows of a table are counted',
    sql: 'SELECT COUNT(*) AS "count" FROM public.sessions WHERE has_played',
    files: 'select count(*) from sessions where has_played',
  },
  {
    tool: 'Metabase',
    title: 'weeks from Sunday',
    sql: `SELECT CAST(DATE_TRUNC('week', ("public"."video_performance"."started_at" + INTERVAL '1 day')) AS timestamp) + INTERVAL '-1 day' AS "started_at", SUM("public"."video_performance"."session_count") AS "sum"
      FROM "public"."video_performance" GROUP BY CAST(DATE_TRUNC('week', ("public"."video_performance"."started_at" + INTERVAL '1 day')) AS timestamp) + INTERVAL '-1 day' ORDER BY 1 ASC`,
    files:
      'select cast(cast(started_at as date) - cast(dayofweek(started_at) as integer) as timestamp), count(*) from sessions group by 1 order by 1',
    isOrdered: true,
  },
  {
    tool: 'Metabase',
    title: 'a question upon a question',
    sql: `SELECT "source"."device" AS "device", "source"."sum" AS "sum" FROM (SELECT "public"."video_performance"."device" AS "device", SUM("public"."video_performance"."watch_time_s") AS "sum"
      FROM "public"."video_performance" GROUP BY "public"."video_performance"."device") AS "source" WHERE "source"."sum" > 100 LIMIT 2000`,
    files: 'select device, sum(watch_time_s) from sessions group by 1 having sum(watch_time_s) > 100',
  },
  {
    tool: 'Metabase',
    title: 'a fingerprint',
    sql: `SELECT SUBSTRING("public"."sessions"."device", 1, 1234) AS "substring1", "public"."sessions"."duration_s" AS "duration_s" FROM "public"."sessions" LIMIT 10000`,
    files: 'select device, duration_s from sessions',
  },
  {
    tool: 'Grafana',
    title: 'time groups',
    sql: `SELECT floor(extract(epoch from started_at) / 86400) * 86400 AS "time", sum(session_count) AS n FROM video_performance
      WHERE started_at BETWEEN '2026-01-05T00:00:00Z' AND '2026-01-20T00:00:00Z' GROUP BY 1 ORDER BY 1`,
    files:
      "select epoch(date_trunc('day', started_at)), count(*) from sessions where started_at between '2026-01-05' and '2026-01-20' group by 1 order by 1",
    isOrdered: true,
  },
  {
    tool: 'DBeaver',
    title: 'the grid of a table',
    sql: `SELECT x.session_id, x.device, x.completed FROM public.sessions x WHERE x.session_id = 's7' ORDER BY x.session_id LIMIT 200`,
    files: "select session_id, device, completed from sessions where session_id = 's7'",
  },
  {
    tool: 'DBeaver',
    title: 'grouping',
    sql: 'SELECT device, COUNT(*) AS c FROM public.sessions GROUP BY device ORDER BY c DESC, device',
    files: 'select device, count(*) from sessions group by 1 order by 2 desc, 1',
    isOrdered: true,
  },
];

export const shapes: readonly Shape[] = [
  ...powerBi.map(shape => ({ tool: 'Power BI', ...shape })),
  ...tableau.map(shape => ({ tool: 'Tableau', ...shape })),
  ...others,
];

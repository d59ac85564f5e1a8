import { configSchema } from '#config';
import { ingestTables } from '#job';
import { raw } from '#sql';
import { openSparkEngine, CatalogLake } from '#warehouse';
const engine = await openSparkEngine({ kind: 'spark', host: '127.0.0.1', port: 20061, path: 'cliservice', protocol: 'http' });
const lake = new CatalogLake({ engine, catalog: 'spark_catalog', schema: 'h6_b' });
const run = async (...t: string[]) => { for (const x of t) await engine.run(raw(x)); };
const take = async (title: string, isWhole = false) => {
  try {
    const r = await ingestTables({ lake, engine, config: configSchema.parse({}), tables: ['h6_b_src.t'], isWhole, clock: () => new Date() });
    console.log(new Date().toISOString(), title, JSON.stringify(r.map(x => [x.isRepeat, x.readCount, x.acceptedCount, x.rejectedByCode])));
  } catch (e) { console.log(new Date().toISOString(), title, 'ERR', e.line ?? e); }
};
const ins = (id: string) => `insert into h6_b_src.t values ('${id}', 'ada', 'film', 'play', '2026-11-24T11:00:00Z')`;
await run('create schema if not exists h6_b', 'create schema if not exists h6_b_src', 'drop table if exists h6_b_src.t', 'create table h6_b_src.t (event_id string, user_id string, video_id string, event_type string, event_time string) using delta', ins('a'));
await take('first');
await run(ins('b'), 'optimize h6_b_src.t', 'set spark.databricks.delta.retentionDurationCheck.enabled = false', 'set spark.sql.sources.parallelPartitionDiscovery.parallelism = 2', 'vacuum h6_b_src.t retain 0 hours');
await take('vacuumed');
await run(`update h6_b_src.t set user_id = 'bob' where event_id = 'a'`);
await take('updated');
await take('whole', true);
await run('alter table h6_b_src.t set tblproperties (delta.enableChangeDataFeed = true)', `delete from h6_b_src.t where event_id = 'a'`, ins('c'));
await take('feed');
await engine.close();

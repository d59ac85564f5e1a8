import { randomUUID } from 'node:crypto';
import { PlayheadError } from '#errors';
import { ref, sql } from '#sql';
import { openSparkEngine, type SparkEngine, type SparkOptions } from '#warehouse';
import type { Check } from './doctor-checks.js';

/** The oldest open Spark that the SQL and its parameters are written for. */
const sparkMajorMin = 4;

/** The checks of an engine at the other end of a connection, and how to end it. */
export interface EngineChecks {
  /** Each builds on those before it. */
  readonly checks: readonly Check[];
  close(): Promise<void>;
}

/** @param sourceTable the table that events come from, as `catalog.schema.table`; looked at where there is one */
export function engineChecks(options: SparkOptions, sourceTable: string | undefined): EngineChecks {
  let engine: SparkEngine | undefined;
  let refusedSettings: PlayheadError | undefined;
  const opened = (): SparkEngine => {
    if (refusedSettings !== undefined) throw refusedSettings;
    if (engine === undefined) throw new Error('the connection was looked at first');
    return engine;
  };
  const checks: Check[] = [
    {
      name: 'connection',
      look: async () => {
        try {
          engine = await openSparkEngine(options);
        } catch (error) {
          // It answered, which is what this line is about; the next one tells the rest.
          if (!(error instanceof PlayheadError) || error.code !== 'ENGINE_SETTINGS') throw error;
          refusedSettings = error;
        }
        return `${options.kind} at ${options.host} answers`;
      },
    },
    {
      name: 'settings',
      look: async () => {
        const [row] = await opened().query(sql`select current_timezone() as time_zone, current_catalog() as in_catalog,
          current_schema() as in_schema`);
        return `ANSI mode, time zone ${row?.['time_zone']}, schema ${row?.['in_catalog']}.${row?.['in_schema']}`;
      },
    },
    { name: 'versions', look: () => lookAtVersions(opened(), options) },
    { name: 'rights', look: () => tryTable(opened()) },
  ];
  if (sourceTable !== undefined) {
    checks.push({
      name: 'source',
      look: async () => {
        await opened().query(sql`select * from ${ref(...sourceTable.split('.'))} limit 1`);
        return `${sourceTable} can be read`;
      },
    });
  }
  return { checks, close: async () => engine?.close() };
}

async function lookAtVersions(engine: SparkEngine, options: SparkOptions): Promise<string> {
  const { spark, databricks } = await engine.versions();
  if (databricks !== null) return `Databricks ${databricks}, Spark ${spark}`;
  if (options.kind === 'databricks' || Number(spark.split('.')[0]) >= sparkMajorMin) return `Spark ${spark}`;
  throw new PlayheadError({
    code: 'ENGINE_SETTINGS',
    message: `this is Spark ${spark}`,
    hint: `Spark ${sparkMajorMin} is the oldest that takes parameters`,
  });
}

/** Makes, writes, reads and drops a table of one row: what the job does all the time. */
async function tryTable(engine: SparkEngine): Promise<string> {
  const name = `playhead_doctor_${randomUUID().replaceAll('-', '')}`;
  const table = ref(name);
  await engine.run(sql`create table ${table} (id bigint) using delta`);
  try {
    await engine.run(sql`insert into ${table} values (${1n})`);
    await engine.run(sql`merge into ${table} as t using (select ${1n} as id) as s on t.id = s.id
      when matched then update set id = ${2n}`);
    const [row] = await engine.query(sql`select id from ${table}`);
    if (row?.['id'] !== 2n) {
      throw new PlayheadError({ code: 'INTERNAL', message: `a row that was merged reads back as ${row?.['id']}` });
    }
    const [detail] = await engine.query(sql`describe detail ${table}`);
    const { minReaderVersion, minWriterVersion } = detail ?? {};
    return `tables can be made, written and dropped; new ones are Delta ${minReaderVersion}/${minWriterVersion}`;
  } finally {
    await engine.run(sql`drop table if exists ${table}`, { repeat: 'always' });
  }
}

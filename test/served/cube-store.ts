import { CubeStoreDriver } from '@cubejs-backend/cubestore-driver';
import { applyEnvironment } from '../../src/cube/environment.js';
import { asPlanned, cubeStoreCompiler, planned } from '../cube/compiler.js';

const compiler = cubeStoreCompiler();

/** How Cube Store would be asked: the rollups, and the statement over them. */
export async function plannedInCubeStore(query: object) {
  const { external, sql, preAggregations } = planned.parse(await compiler.getSql(asPlanned(query)));
  return { rollups: preAggregations.map(rollup => rollup.preAggregationId), sql: sql[0], isExternal: external };
}

/** Functions of Cube Store's SQL (Cube's own dialect for it writes these), and words that stand before a bracket. */
const known = new Set(
  `sum min max count coalesce nullif cast round date_trunc to_timestamp convert_tz concat date_add date_sub date_bin if
   merge cardinality having from join and or not in on as over select when then else values interval where union all`.split(
    /\s+/,
  ),
);

/** What a statement holds that Cube Store does not know. */
export function foreignTo(statement: string): string[] {
  const called = [...statement.matchAll(/\b([a-z_]+)\s*\(/gi)].map(([, name = '']) => name.toLowerCase());
  const marks = ['::', 'EXCLUDE (', ' REPLACE (', '"', 'QUALIFY', 'count(distinct'].filter(mark =>
    statement.includes(mark),
  );
  return [...new Set([...called.filter(name => !known.has(name)), ...marks])];
}

/** Cube's driver for Cube Store, which writes down what it would have sent. */
class Recording extends CubeStoreDriver {
  readonly statements: string[] = [];

  // biome-ignore lint/suspicious/noExplicitAny: as Cube declares it
  override async query(statement: string): Promise<any[]> {
    this.statements.push(statement);
    return [];
  }
}

/** The table of each rollup as Cube's driver makes it, all columns being text. */
export async function describedInCubeStore() {
  const restore = applyEnvironment({ CUBEJS_CUBESTORE_HOST: '127.0.0.1' });
  try {
    const rollups = await compiler.preAggregations();
    const described = [];
    for (const { id, preAggregationName, cube, references } of rollups) {
      const { measures, dimensions, timeDimensions } = references;
      const question = asPlanned({ measures, dimensions, timeDimensions, timezone: 'UTC' });
      const answer = await compiler.getSql({ ...question, preAggregationId: id });
      const { preAggregations } = planned.parse(answer);
      const [rollup] = preAggregations;
      if (rollup === undefined) throw new Error(`${cube}.${preAggregationName} does not answer its own question`);
      const columns = columnsOf(rollup.loadSql[0]);
      const driver = new Recording({ host: '127.0.0.1' });
      const types = columns.map(name => ({ name, type: 'text' }));
      const { createTableIndexes, aggregationsColumns } = rollup;
      const indexes = createTableIndexes.map(index => ({ ...index, type: 'regular' }));
      await driver.uploadTableWithIndexes(
        rollup.tableName,
        types,
        { rows: [] },
        [],
        null,
        {},
        {
          createTableIndexes: indexes,
          aggregationsColumns,
        },
      );
      const indexed = createTableIndexes.flatMap(index => index.columns.map(column => column.replaceAll(/["`]/g, '')));
      described.push({ id, statement: driver.statements[0] ?? '', indexed, columns });
    }
    return described;
  } finally {
    restore();
  }
}

/** The columns of the statement that fills a rollup: `... "sessions__device", count(*) "sessions__session_count" ...`. */
const columnsOf = (statement: string): string[] => [
  ...new Set([...(statement.split(/\bFROM\b/)[0] ?? '').matchAll(/"(\w+__\w+)"/g)].map(([, name = '']) => name)),
];

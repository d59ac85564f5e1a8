import { DuckdbEngine, openLake } from '#warehouse';
import { tables } from '#tables';
import { rowsOfTable } from './test/spark/raw-events.js';
const [at = ''] = process.argv.slice(2);
const engine = await DuckdbEngine.open({ threads: 1 });
for (const table of ['events', 'events_rejected'] as const) {
  const columns = Object.keys(tables[table].columns).filter(c => !['source', 'line', 'ingested_at'].includes(c));
  const a = await rowsOfTable(engine, `${at}/duckdb`, table, columns);
  const b = await rowsOfTable(engine, `${at}/spark`, table, columns);
  console.log(table, a.length, b.length);
  for (const r of a) if (!b.includes(r)) console.log('D', r);
  for (const r of b) if (!a.includes(r)) console.log('S', r);
}

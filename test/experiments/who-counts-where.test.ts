import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assert } from '#errors';
import { join as joinSql, ref, sql } from '#sql';
import { type TableName, tables } from '#tables';
import { type DataFolder, openDataFolder, type Reported } from '../job/data-folder.js';
import { type MarkdownTable, readScenario, type ScenarioCase } from '../scenarios/read-scenario.js';

const startUs = BigInt(Date.UTC(2026, 0, 1)) * 1000n;
const keys: Readonly<Record<string, readonly string[]>> = {
  exposures: ['user_id', 'experiment', 'variant'],
  experiments: ['experiment', 'variant'],
};

/** The events of a case by batch. */
function batchesOf({ events }: ScenarioCase): Reported[][] {
  const told = events.rows.map((cells, i) => {
    const cell = (name: string) => {
      const text = cells[events.columns.indexOf(name)] ?? '-';
      return text === '-' ? undefined : text;
    };
    const position = cell('position_s');
    const event: Reported = {
      id: `e${i}`,
      user: cell('user') ?? 'ann',
      video: cell('video') ?? null,
      player: 'p1',
      type: cell('event') ?? '',
      at_s: Number(cell('at')),
      position_s: position === undefined ? null : Number(position),
      experiment: cell('experiment') ?? null,
      variant: cell('variant') ?? null,
      shown: cell('shown')?.split(', ') ?? [],
    };
    return { batch: cell('batch') ?? '1', event };
  });
  const batches = [...new Set(told.map(({ batch }) => batch))].sort();
  return batches.map(wanted => told.filter(({ batch }) => batch === wanted).map(({ event }) => event));
}

const isTable = (name: string): name is TableName => Object.hasOwn(tables, name);

/** A cell of the page as the engine gives the value. */
function cellValue(cell: string, type: string): unknown {
  if (cell === '-') return null;
  if (type === 'boolean') return cell === 'yes';
  if (type === 'bigint') return BigInt(cell);
  if (type === 'timestamp') return startUs + BigInt(Number(cell) * 1e6);
  return type === 'double' ? Number(cell) : cell;
}

async function besidePage(folder: DataFolder, name: string, { columns, rows }: MarkdownTable) {
  assert(isTable(name), `${name} is a table`);
  const types: Readonly<Record<string, string>> = tables[name].columns;
  const selected = columns.map(column =>
    types[column] === 'timestamp' ? sql`epoch_us(${ref(column)}) as ${ref(column)}` : ref(column),
  );
  const order = joinSql((keys[name] ?? []).map(key => ref(key)));
  return {
    expected: rows.map(cells =>
      Object.fromEntries(columns.map((column, i) => [column, cellValue(cells[i] ?? '', types[column] ?? '')])),
    ),
    actual: await folder.query(
      sql`select ${joinSql(selected)} from ${await folder.lake.read(tables[name])} r order by ${order}`,
    ),
  };
}

describe('who counts for which variant', () => {
  const cases = readScenario(join(import.meta.dirname, 'who-counts-where.md'));
  it.each(cases.map(given => [given.title, given] as const))('%s', async (_title, given) => {
    const folder = await openDataFolder();
    for (const batch of batchesOf(given)) {
      await folder.append(batch);
      await folder.run();
    }
    for (const [name, table] of given.tables) {
      const { expected, actual } = await besidePage(folder, name, table);
      expect(actual, `${given.why} (${name})`).toEqual(expected);
    }
    const inBatches = await folder.rows();
    await folder.run({ isFull: true });
    expect(await folder.rows()).toEqual(inBatches);
    await folder.close();
  });
});

import { expect, it } from 'vitest';
import { configSchema } from '#config';
import { ingestFiles } from '#job';
import { DuckdbEngine, openLake } from '#warehouse';

it.each([
  ['main.raw.player_events', 'INPUT_WRONG_ENGINE'],
  ['raw.`player-events 2026`', 'INPUT_WRONG_ENGINE'],
  ['raw.events.parquet', 'INPUT_NOT_FOUND'],
  ['raw/events.unknown', 'INPUT_NOT_FOUND'],
  ['events', 'INPUT_NOT_FOUND'],
])('DuckDB is given %s, which is no file: %s', async (name, code) => {
  const engine = await DuckdbEngine.open({ threads: 1 });
  const lake = openLake({ folder: '/nowhere', engine });
  const tried = ingestFiles({ lake, engine, config: configSchema.parse({}), files: [name], clock: () => new Date(0) });
  await expect(tried).rejects.toMatchObject({ code, at: name });
  await engine.close();
});

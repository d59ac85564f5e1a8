import { existsSync } from 'node:fs';
import { definitionChanges, describeChanges } from '#config';
import { openJobLake, readRunHistory, rulesHash } from '#job';
import type { CommandContext } from './context.js';

/** Says so where the tables that are about to be served were built under other definitions than those of today. */
export async function noteOlderDefinitions({ config, note }: CommandContext): Promise<void> {
  if (config.engine.kind !== 'duckdb' || !existsSync(config.data)) return;
  const { lake, engine, close } = await openJobLake(config);
  try {
    const { finished } = await readRunHistory(lake, engine);
    if (finished === undefined || finished.rulesHash === rulesHash(config)) return;
    const changes = finished.definitions === null ? [] : definitionChanges(finished.definitions, config);
    note(
      changes.length === 0
        ? `${finished.runId} was made by another version of Playhead: its tables are served until the next run rebuilds them`
        : `${finished.runId} was made under other definitions: ${describeChanges(changes)}; its tables are served as they are until \`playhead sessionize --full\``,
    );
  } finally {
    await close();
  }
}

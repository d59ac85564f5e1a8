import { join } from 'node:path';
import { PlayheadError } from '#errors';
import { type ResolvedMapping, stageAs, unreadable } from '#events';
import { lit, sql } from '#sql';
import type { Engine, Lake } from '#warehouse';
import { commitStaged } from './ingest-commit.js';
import type { IngestPlace } from './ingest-place.js';
import { type FileInput, openSource } from './ingest-source.js';
import { withoutOrder } from './insertion-order.js';

export interface FilePlaceOptions {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly mapping: ResolvedMapping;
  /** For one input. */
  readonly scratchFolder: string;
}

/** Files and Delta folders into a data folder; what is kept aside is a Parquet file of the scratch folder. */
export function filePlace({ lake, engine, mapping, scratchFolder }: FilePlaceOptions): IngestPlace<FileInput> {
  return {
    open: source => openSource(source, { scratchFolder, engine, lake, mapping }),
    keep: async (query, { source }, name = 'staged') => {
      const path = join(scratchFolder, `${name}.parquet`);
      const write = () => engine.run(stageAs(path, query));
      if (name === 'rejected') await write();
      else {
        await withoutOrder(engine, write).catch(cause => {
          throw timeFormatError(cause) ?? (isOurs(cause) ? cause : unreadable(source, cause));
        });
      }
      return sql`read_parquet(${lit(path)})`;
    },
    commit: (staged, input) => withoutOrder(engine, () => commitStaged(staged, { input, lake })),
  };
}

/** A letter behind a % that the engine does not know, in its words. */
function timeFormatError(cause: unknown): PlayheadError | undefined {
  const said = cause instanceof PlayheadError ? /Failed to parse format specifier (.*)/.exec(cause.message) : null;
  if (said === null) return undefined;
  return new PlayheadError({
    code: 'CONFIG_INVALID',
    at: 'mapping.time_format',
    message: `times cannot be read by this pattern: ${said[1]}`,
    hint: 'write one such as "%d.%m.%Y %H:%M:%S"',
    cause,
  });
}

/** No fault of the input: a full disk or memory, or SQL that is wrong. */
const isOurs = (cause: unknown): boolean =>
  cause instanceof PlayheadError && /^(out of memory|parser|binder|catalog)|no space left/i.test(cause.message);

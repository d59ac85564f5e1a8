import { existsSync } from 'node:fs';
import { PlayheadError } from '#errors';

/** Kinds of files: `events.ndjson` is no table `ndjson` of a schema `events`. */
const fileEndings = /\.(ndjson|jsonl|json|csv|tsv|parquet|pq|gz|zst)$/i;
const part = '(?:`(?:[^`]|``)+`|[\\p{L}_][\\p{L}\\p{N}_$-]*)';
const form = new RegExp(`^${part}(?:\\.${part}){1,2}$`, 'u');

/** Whether a text names a table, `catalog.schema.table` or `schema.table`, and no file. */
export const isTableName = (text: string): boolean => form.test(text) && !fileEndings.test(text) && !existsSync(text);

/** The parts of a table's name, without their backticks. @throws INPUT_WRONG_ENGINE */
export function parseTableName(text: string): readonly string[] {
  if (!isTableName(text)) {
    throw new PlayheadError({
      code: 'INPUT_WRONG_ENGINE',
      at: text,
      message:
        'this is no table of a catalog (catalog.schema.table or schema.table), and engine.kind reads nothing else',
      hint: 'load files into a table first (COPY INTO, read_files), or take engine.kind: duckdb for files',
    });
  }
  const parts = text.match(new RegExp(part, 'gu')) ?? [];
  return parts.map(name => (name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name));
}

/** Why a name that matches no file may match none. */
export const tableWithoutCatalog = (name: string): PlayheadError =>
  new PlayheadError({
    code: 'INPUT_WRONG_ENGINE',
    at: name,
    message:
      'this reads like a table of a catalog, but the engine is DuckDB, which takes in files, and no file has this name',
    hint: 'set engine.kind to databricks or spark, or give a file',
  });

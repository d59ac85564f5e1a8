import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { PlayheadError } from '#errors';
import { type Action, actionOfRow, parseCommit } from './actions.js';
import { writeExactJson } from './exact-json.js';
import type { LogFile } from './log-path.js';
import type { Store } from './store.js';

/** All files of one complete checkpoint. */
export interface Checkpoint {
  readonly version: number;
  readonly names: readonly string[];
}

/** The complete checkpoints of a log, newest first. A multi-part one counts when all its parts are there. */
export function completeCheckpoints(files: readonly LogFile[]): Checkpoint[] {
  const found: Checkpoint[] = [];
  const parts = new Map<string, { version: number; total: number; names: string[] }>();
  for (const file of files) {
    if (file.kind === 'checkpoint' || file.kind === 'v2') found.push({ version: file.version, names: [file.name] });
    if (file.kind !== 'part') continue;
    const key = `${file.version}/${file.parts}`;
    const group = parts.get(key) ?? { version: file.version, total: file.parts, names: [] };
    group.names.push(file.name);
    parts.set(key, group);
  }
  for (const { version, total, names } of parts.values()) if (names.length === total) found.push({ version, names });
  return found.sort((a, b) => b.version - a.version);
}

/** The actions that a checkpoint holds; of V2 checkpoints with those of its sidecars. @throws DELTA_CORRUPT_LOG */
export async function readCheckpoint(store: Store, log: string, { names }: Checkpoint): Promise<Action[]> {
  const actions: Action[] = [];
  for (const name of names) {
    const path = `${log}/${name}`;
    actions.push(...(await readActions(store, path)));
  }
  for (const { sidecar } of [...actions]) {
    if (sidecar === undefined) continue;
    const path = sidecar.path.includes('/') ? sidecar.path : `${log}/_sidecars/${sidecar.path}`;
    actions.push(...(await readActions(store, path)));
  }
  return actions;
}

async function readActions(store: Store, path: string): Promise<Action[]> {
  const bytes = await store.read(path);
  if (bytes === undefined) throw corrupt(path, 'the checkpoint file is missing');
  if (path.endsWith('.json')) return parseCommit(new TextDecoder().decode(bytes), path);
  let rows: Record<string, unknown>[];
  try {
    rows = await parquetReadObjects({ file: bytes.buffer, compressors });
  } catch (cause) {
    throw corrupt(path, 'the checkpoint is no readable Parquet file', cause);
  }
  return rows.map(row => actionOfRow(withStats(row), path));
}

/** Some writers keep statistics only as a struct: written out as the text that commits carry. */
function withStats(row: Record<string, unknown>): Record<string, unknown> {
  const { add } = row;
  if (!isObject(add) || !isObject(add.stats_parsed) || typeof add.stats === 'string') return row;
  return { ...row, add: { ...add, stats: writeExactJson(withoutNulls(add.stats_parsed)) } };
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value) || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function corrupt(at: string, message: string, cause?: unknown): PlayheadError {
  return new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message, cause });
}

import { z } from 'zod';
import { PlayheadError } from '#errors';
import { type Action, actionOfRow, parseCommit } from './actions.js';
import { readCheckpointRows } from './checkpoint-rows.js';
import { locateFile } from './file-path.js';
import type { LogFile } from './log-path.js';
import { readLogFile, readLogText } from './log-read.js';
import type { Store } from './store.js';

/** All files of one complete checkpoint. */
export interface Checkpoint {
  readonly version: number;
  readonly names: readonly string[];
}

/** The complete checkpoints of a log, newest first. A multi-part one counts when all its parts are there. */
export function completeCheckpoints(files: readonly LogFile[]): Checkpoint[] {
  const found: Checkpoint[] = [];
  const parts = new Map<string, { version: number; total: number; names: Map<number, string> }>();
  for (const file of files) {
    if (file.kind === 'checkpoint' || file.kind === 'v2') found.push({ version: file.version, names: [file.name] });
    if (file.kind !== 'part' || file.part < 1 || file.part > file.parts) continue;
    const key = `${file.version}/${file.parts}`;
    const group = parts.get(key) ?? { version: file.version, total: file.parts, names: new Map() };
    group.names.set(file.part, file.name);
    parts.set(key, group);
  }
  for (const { version, total, names } of parts.values()) {
    if (names.size === total) found.push({ version, names: [...names.values()] });
  }
  return found.sort((a, b) => b.version - a.version);
}

/**
 * The actions that a checkpoint holds; of V2 checkpoints with those of its sidecars.
 * @throws DELTA_CORRUPT_LOG when it cannot be read to its end, says less than `_last_checkpoint` counted, or lacks what
 *   every checkpoint holds
 */
export async function readCheckpoint(store: Store, log: string, { version, names }: Checkpoint): Promise<Action[]> {
  const at = `${log}/${names[0] ?? ''}`;
  const actions: Action[] = [];
  for (const name of names) actions.push(...(await readActions(store, `${log}/${name}`)));
  const sidecars = actions.flatMap(({ sidecar }) => (sidecar === undefined ? [] : [sidecar.path]));
  const counted = await countedActions(store, log, version);
  // What a V2 checkpoint counts, its writers do not agree on.
  if (counted !== undefined && sidecars.length === 0 && actions.length < counted) {
    const message = `the checkpoint of version ${version} holds ${actions.length} actions where _last_checkpoint counts ${counted}`;
    throw corrupt(at, message);
  }
  for (const kind of ['protocol', 'metaData'] as const) {
    if (actions.some(action => action[kind] !== undefined)) continue;
    throw corrupt(at, `the checkpoint of version ${version} holds no "${kind}" action`);
  }
  for (const path of sidecars) actions.push(...(await readActions(store, locateSidecar(log, path))));
  return actions;
}

/** Delta, "Sidecar File Information": a name in `_sidecars`, or an absolute path; percent-encoded as all paths of the log. */
const locateSidecar = (log: string, path: string): string => locateFile(`${log}/_sidecars`, path);

const hintSchema = z.object({ version: z.number().int(), size: z.number().int() });

/** How many actions `_last_checkpoint` counts in the checkpoint of a version; it is a hint, so anything odd in it says nothing. */
async function countedActions(store: Store, log: string, version: number): Promise<number | undefined> {
  try {
    const text = await readLogText(store, `${log}/_last_checkpoint`);
    if (text === undefined) return undefined;
    const hint = hintSchema.safeParse(JSON.parse(text));
    return hint.success && hint.data.version === version ? hint.data.size : undefined;
  } catch {
    // The table is read without the hint, as if it were not there.
    return undefined;
  }
}

async function readActions(store: Store, path: string): Promise<Action[]> {
  if (path.endsWith('.json')) {
    const text = await readLogText(store, path);
    return text === undefined ? missing(path) : parseCommit(text, path);
  }
  const bytes = (await readLogFile(store, path)) ?? missing(path);
  let rows: Record<string, unknown>[];
  try {
    rows = await readCheckpointRows(bytes);
  } catch (cause) {
    throw corrupt(path, 'the checkpoint is no readable Parquet file', cause);
  }
  return rows.map(row => actionOfRow(row, path));
}

function missing(path: string): never {
  throw corrupt(path, 'the checkpoint file is missing');
}

function corrupt(at: string, message: string, cause?: unknown): PlayheadError {
  return new PlayheadError({ code: 'DELTA_CORRUPT_LOG', at, message, cause });
}

import { join, resolve } from 'node:path';

/** `file:` and the schemes of object stores, whose buckets are the first folder of a path. */
const withoutScheme = (path: string): string => path.replace(/^(?:file|s3[an]?):\/*/i, '/');

/**
 * Where a data file lies: paths in the log are relative to the table or absolute (`/x` and `file:/x` are one file),
 * and percent-encoded once (Delta, "Add File and Remove File").
 */
export function locateFile(table: string, logPath: string): string {
  const path = decodeOnce(withoutScheme(logPath));
  return path.startsWith('/') ? resolve(path) : join(table, path);
}

/** One spelling for each file, so that a `remove` finds its `add` however either wrote the path. */
export function fileKey(logPath: string, deletionVectorId?: string): string {
  const path = decodeOnce(withoutScheme(logPath));
  return deletionVectorId === undefined ? path : `${path}\u0000${deletionVectorId}`;
}

/** The path of a file relative to its table, as the log spells it. */
export function encodeLogPath(relative: string): string {
  return relative.split('/').map(encodeURIComponent).join('/').replaceAll('%3D', '=');
}

function decodeOnce(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    // Not every writer encodes: a stray percent sign stands for itself.
    return path;
  }
}

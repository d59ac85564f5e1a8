/** A file of `_delta_log` that matters for reading (Delta, "Delta Log Entries" and "Checkpoints"). */
export type LogFile =
  | { readonly kind: 'commit'; readonly version: number; readonly name: string }
  | { readonly kind: 'checkpoint'; readonly version: number; readonly name: string }
  | {
      readonly kind: 'part';
      readonly version: number;
      readonly name: string;
      readonly part: number;
      readonly parts: number;
    }
  | { readonly kind: 'v2'; readonly version: number; readonly name: string };

const commitName = /^(\d{20})\.json$/;
const checkpointName = /^(\d{20})\.checkpoint\.parquet$/;
const partName = /^(\d{20})\.checkpoint\.(\d{10})\.(\d{10})\.parquet$/;
const v2Name = /^(\d{20})\.checkpoint\.[0-9a-fA-F-]{36}\.(?:json|parquet)$/;

/** What a file name says; undefined for files that reading does without (checksums, compacted logs, temporary files). */
export function parseLogName(name: string): LogFile | undefined {
  const commit = commitName.exec(name);
  if (commit) return { kind: 'commit', version: Number(commit[1]), name };
  const checkpoint = checkpointName.exec(name);
  if (checkpoint) return { kind: 'checkpoint', version: Number(checkpoint[1]), name };
  const part = partName.exec(name);
  if (part) return { kind: 'part', version: Number(part[1]), name, part: Number(part[2]), parts: Number(part[3]) };
  const v2 = v2Name.exec(name);
  if (v2) return { kind: 'v2', version: Number(v2[1]), name };
  return undefined;
}

const digits = (version: number) => String(version).padStart(20, '0');

export const commitFileName = (version: number): string => `${digits(version)}.json`;
export const checkpointFileName = (version: number): string => `${digits(version)}.checkpoint.parquet`;

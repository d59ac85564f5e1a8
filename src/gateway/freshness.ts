import { z } from 'zod';
import type { Ask } from './ask.js';
import type { Freshness } from './contract.generated.js';
import { gatewayError } from './errors.js';
import { membersOf } from './members.js';
import { RowReader } from './row.js';

const versionsSchema = z.record(z.string(), z.number());

interface FreshnessOptions {
  readonly ask: Ask;
  /** Age from which on data counts as stale. */
  readonly freshnessLimitS: number;
  readonly clock: () => number;
}

/** The newest finished run is what is served. */
export async function readFreshness({ ask, freshnessLimitS, clock }: FreshnessOptions): Promise<Freshness> {
  const { rows } = await ask({
    dimensions: membersOf('job_runs'),
    order: [['job_runs.sequence', 'desc']],
    limit: 1,
  });
  const [row] = rows;
  if (row === undefined) return { ...nothing, limitS: freshnessLimitS };
  const read = new RowReader(row, 'job_runs');
  const newestReceivedAt = read.instantOrNull('newest_received_at');
  const ageS = newestReceivedAt === null ? null : Math.max(0, (clock() - Date.parse(newestReceivedAt)) / 1000);
  return {
    state: ageS === null ? 'EMPTY' : ageS > freshnessLimitS ? 'STALE' : 'FRESH',
    newestEventAt: read.instantOrNull('newest_event_time'),
    newestReceivedAt,
    lastCommitAt: read.instantOrNull('finished_at'),
    runId: read.text('run_id'),
    dataVersion: read.number('sequence'),
    ageS,
    limitS: freshnessLimitS,
    tableVersions: toVersions(read.textOrNull('table_versions')),
  };
}

const nothing = {
  state: 'EMPTY',
  newestEventAt: null,
  newestReceivedAt: null,
  lastCommitAt: null,
  runId: null,
  dataVersion: null,
  ageS: null,
  tableVersions: [],
} as const;

function toVersions(text: string | null): Freshness['tableVersions'] {
  if (text === null) return [];
  try {
    const versions = versionsSchema.parse(JSON.parse(text));
    return Object.entries(versions)
      .map(([table, version]) => ({ table, version }))
      .sort((a, b) => (a.table < b.table ? -1 : 1));
  } catch (cause) {
    throw gatewayError('UPSTREAM_UNAVAILABLE', 'the semantic layer answered no table versions', { cause });
  }
}

import type { Table } from './table.js';

/** What each data-quality rule said of each run. */
export const quality_results = {
  name: 'quality_results',
  grain: 'data-quality rule and run',
  key: ['run_id', 'rule'],
  columns: {
    run_id: 'string',
    rule: 'string',
    title: 'string',
    says: 'string',
    /** error, warning or info. */
    severity: 'string',
    /** passed or failed; unknown where there was nothing to check. */
    state: 'string',
    value: 'double',
    threshold: 'double',
    checked_count: 'bigint',
    failed_count: 'bigint',
    sample_ids: 'string_list',
    checked_at: 'timestamp',
  },
  partitionBy: [],
} as const satisfies Table;

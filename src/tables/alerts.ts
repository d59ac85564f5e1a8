import type { Table } from './table.js';

/** Written by the alerts' own commits, not by the job's: an incident changes while no run has anything to do. */
export const alerts = {
  name: 'alerts',
  grain: 'incident: one rule and subject, from when it opens until it is resolved',
  key: ['alert_id'],
  columns: {
    alert_id: 'string',
    rule: 'string',
    /** overall, or what it is about: video:<video_id>, rule:<name of a quality rule>, many. */
    subject: 'string',
    /** The video, where it is about one. */
    video_id: 'string',
    title: 'string',
    /** error, warning or info. */
    severity: 'string',
    /** open, acknowledged or resolved. */
    state: 'string',
    /** One sentence with the numbers, as they were when the incident last changed. */
    summary: 'string',
    value: 'double',
    threshold: 'double',
    /** What was to be expected, where the rule compares with the past. */
    expected: 'double',
    /** The UTC day that an anomaly lies on. */
    day: 'date',
    sample_ids: 'string_list',
    opened_at: 'timestamp',
    /** When the condition was last seen to hold; brought up to date once an hour. */
    last_seen_at: 'timestamp',
    /** When a message about it was last written to the outbox. */
    notified_at: 'timestamp',
    /** Messages written about it: one for each opening, repeat and resolution. */
    notification_count: 'bigint',
    acknowledged_at: 'timestamp',
    acknowledged_by: 'string',
    resolved_at: 'timestamp',
    /** The run of the job whose tables showed it. */
    run_id: 'string',
    /** JSON array: what happened to the incident and when. */
    history: 'string',
    /** JSON array: messages that some sink has not taken yet. */
    outbox: 'string',
  },
  partitionBy: [],
} as const satisfies Table;

import { z } from 'zod';
import { ref, sql } from '#sql';
import { tables } from '#tables';
import { type Finding, severities, textList } from '../incident.js';
import type { LookContext } from './looked-at.js';

/** Rules that an alert of its own watches, over the newest data instead of all of it. */
const watchedElsewhere: ReadonlySet<string> = new Set([
  'freshness',
  'completion_rate_drop',
  'zero_watch_share',
  'no_negative_watch_time',
]);

const rowSchema = z.object({
  rule: z.string(),
  title: z.string(),
  says: z.string(),
  severity: z.enum(severities).catch('error'),
  state: z.enum(['passed', 'failed', 'unknown']).catch('unknown'),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  failed_count: z.coerce.number(),
  sample_ids: textList,
});

/** Data-quality rules of the asked severity that the served run found broken. */
export async function findQuality({ lake, engine, served, config }: LookContext): Promise<Finding[]> {
  const least = config.alerts.quality_severity;
  if (least === 'none') return [];
  const results = await lake.read(tables.quality_results, { version: served.versions.quality_results ?? -1 });
  const rows = await engine.query(
    sql`select rule, title, says, severity, state, value, threshold, failed_count, ${engine.dialect.reading.json(ref('sample_ids'))} as sample_ids
    from ${results} r where run_id = ${served.runId} order by rule`,
  );
  return rows
    .map(row => rowSchema.parse(row))
    .filter(
      ({ rule, severity }) => !watchedElsewhere.has(rule) && severities.indexOf(severity) <= severities.indexOf(least),
    )
    .map(found => {
      const verdict = { failed: 'firing', passed: 'clear', unknown: 'unknown' } as const;
      const measured =
        found.value === null
          ? ''
          : ` It is ${Number(found.value.toPrecision(4))} (limit ${found.threshold ?? 'none'}).`;
      return {
        rule: 'quality_rule',
        subject: { kind: 'rule', name: found.rule },
        title: `Broken rule: ${found.title}`,
        severity: found.severity,
        verdict: verdict[found.state],
        evidence: {
          summary: `${found.says}${measured}`,
          value: found.value,
          threshold: found.threshold,
          expected: null,
          day: null,
          sampleIds: found.sample_ids,
        },
        strength: found.failed_count,
      };
    });
}

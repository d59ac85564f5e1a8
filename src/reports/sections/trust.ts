import type { ReportFacts } from '../read.js';
import { type Section, wordsOnly } from '../section.js';
import { instant, missingWords, nounOf, plural, seconds } from '../words.js';

/** How far the numbers can be trusted: freshness, and the data-quality rules of the served run. */
export function qualitySection({ quality, freshness, madeAt }: ReportFacts): Section {
  const id = 'quality';
  const title = 'Data quality';
  const fresh = freshnessWords(freshness, madeAt);
  if (quality.kind === 'missing') return wordsOnly(id, title, fresh, missingWords(quality));
  const { rules, failedCount, checkedAt } = quality.value;
  if (rules.length === 0) return wordsOnly(id, title, fresh, 'No data-quality rule has been asked yet.');
  const failed = rules.filter(({ state }) => state === 'FAILED');
  const says =
    failedCount === 0
      ? `No data-quality rule has failed (${plural(rules.length, 'rule')}, asked ${checkedAt === null ? 'before' : instant(checkedAt)}).`
      : `${plural(failedCount, 'rule')} of ${rules.length} failed: ${failed.map(rule => rule.title).join(', ')}.`;
  return {
    id,
    title,
    sentences: [fresh, says],
    pictures: [],
    tables: [
      {
        name: 'quality',
        caption: 'Data-quality rules of the served run',
        columns: [
          { key: 'title', title: 'Rule', kind: 'text' },
          { key: 'state', title: 'State', kind: 'text' },
          { key: 'severity', title: 'Severity', kind: 'text' },
          { key: 'value', title: 'Value', kind: 'number' },
          { key: 'threshold', title: 'Limit', kind: 'number' },
          { key: 'failed_count', title: 'Rows that broke it', kind: 'count' },
          { key: 'checked_count', title: 'Rows asked', kind: 'count' },
          { key: 'rule', title: 'Name', kind: 'text' },
        ],
        rows: rules.map(rule => ({
          title: rule.title,
          state: rule.state.toLowerCase(),
          severity: rule.severity.toLowerCase(),
          value: rule.value,
          threshold: rule.threshold,
          failed_count: rule.failedCount,
          checked_count: rule.checkedCount,
          rule: rule.rule,
        })),
      },
    ],
  };
}

function freshnessWords({ newestReceivedAt, limitS }: ReportFacts['freshness'], madeAt: Date): string {
  if (newestReceivedAt === null) return 'There are no events yet.';
  const ageS = Math.max(0, (madeAt.getTime() - Date.parse(newestReceivedAt)) / 1000);
  const isStale = ageS > limitS;
  return `The newest event arrived ${instant(newestReceivedAt)}, ${seconds(ageS)} before this report: ${isStale ? `stale (limit ${seconds(limitS)})` : 'fresh'}.`;
}

/** What somebody was told of in the period. */
export function alertsSection({ period, alerts }: ReportFacts): Section {
  const id = 'alerts';
  const title = 'Alerts';
  if (alerts.kind === 'missing') return wordsOnly(id, title, missingWords(alerts));
  const rows = alerts.value.map(alert => ({
    title: alert.title,
    severity: alert.severity.toLowerCase(),
    state: alert.state.toLowerCase(),
    opened_at: alert.openedAt,
    resolved_at: alert.resolvedAt,
    acknowledged_by: alert.acknowledgedBy,
    says: alert.says,
    rule: alert.rule,
    video_id: alert.videoId,
    alert_id: alert.alertId,
  }));
  if (rows.length === 0) return wordsOnly(id, title, `No alert was open in this ${nounOf(period)}.`);
  const open = rows.filter(({ state }) => state !== 'resolved').length;
  return {
    id,
    title,
    sentences: [
      `${plural(rows.length, 'alert')} ${rows.length === 1 ? 'was' : 'were'} open in this ${nounOf(period)}; ${open === 0 ? 'all are resolved' : `${open} still ${open === 1 ? 'is' : 'are'}`}.`,
    ],
    pictures: [],
    tables: [
      {
        name: 'alerts',
        caption: 'Alerts of the period, newest first',
        columns: [
          { key: 'title', title: 'Alert', kind: 'text' },
          { key: 'severity', title: 'Severity', kind: 'text' },
          { key: 'state', title: 'State', kind: 'text' },
          { key: 'opened_at', title: 'Opened', kind: 'instant' },
          { key: 'resolved_at', title: 'Resolved', kind: 'instant' },
          { key: 'acknowledged_by', title: 'Acknowledged by', kind: 'text' },
          { key: 'says', title: 'What happened', kind: 'text' },
          { key: 'alert_id', title: 'Id', kind: 'text' },
        ],
        rows,
      },
    ],
  };
}

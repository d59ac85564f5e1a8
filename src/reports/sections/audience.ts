import { engagementTiers } from '#charts';
import type { ReportFacts } from '../read.js';
import { type Section, wordsOnly } from '../section.js';
import { missingWords, nounOf, plural, ratio } from '../words.js';

const tierKeys = { High: 'HIGH', Medium: 'MEDIUM', Low: 'LOW', Minimal: 'MINIMAL' } as const;

/** How engaged the period's sessions were, and users and videos as they stand now. */
export function tiersSection({ period, tiers, totals }: ReportFacts): Section {
  const id = 'tiers';
  const title = 'Engagement tiers';
  if (tiers.kind === 'missing') return wordsOnly(id, title, missingWords(tiers));
  if (totals.sessionCount === 0) return wordsOnly(id, title, `No sessions in this ${nounOf(period)}.`);
  const rows = tiers.value.map(({ tier, sessions, users, videos }) => ({
    tier,
    session_count: sessions,
    user_count: users,
    video_count: videos,
  }));
  const high = rows[0]?.session_count ?? 0;
  const says = `${plural(high, 'session')} of ${totals.sessionCount} (${ratio(high / totals.sessionCount)}) had high engagement.`;
  return {
    id,
    title,
    sentences: [says, 'Users and videos are counted by their score over all time, as it stands now.'],
    pictures: [
      {
        title: 'Sessions by tier',
        summary: `Sessions of the period by engagement tier: ${rows.map(row => `${row.tier} ${row.session_count ?? 0}`).join(', ')}.`,
        draw: canvas =>
          engagementTiers(
            rows.map(row => ({ tier: tierKeys[row.tier], count: row.session_count ?? 0 })),
            canvas,
          ),
      },
    ],
    tables: [
      {
        name: 'engagement_tiers',
        caption: 'Engagement tiers',
        columns: [
          { key: 'tier', title: 'Tier', kind: 'text' },
          { key: 'session_count', title: 'Sessions of the period', kind: 'count' },
          { key: 'user_count', title: 'Users, all time', kind: 'count' },
          { key: 'video_count', title: 'Videos, all time', kind: 'count' },
        ],
        rows,
      },
    ],
  };
}

import type { Sums } from '../answers.js';
import type { ReportFacts } from '../read.js';
import type { Section } from '../section.js';
import { beforeWords, compared, missingWords, nounOf, plural, ratio, seconds } from '../words.js';

/** What is summed, in the order of the page; the names are the catalogue's. */
const measures = [
  ['uniqueViewers', 'unique_viewers', 'Unique viewers', 'count'],
  ['sessionCount', 'session_count', 'Sessions', 'count'],
  ['playCount', 'play_count', 'Plays', 'count'],
  ['watchTimeS', 'watch_time_s', 'Watch time, proven', 's'],
  ['uncertainS', 'uncertain_s', 'Watch time, uncertain', 's'],
  ['estimatedTailS', 'estimated_tail_s', 'Watch time, estimated', 's'],
  ['avgWatchTimeS', 'avg_watch_time_s', 'Watch time per session', 's'],
  ['completedSessionCount', 'completed_session_count', 'Completed sessions', 'count'],
  ['completionRate', 'completion_rate', 'Completion rate', 'ratio'],
  ['validCompletionCount', 'valid_completion_count', 'Valid completions', 'count'],
  ['zeroWatchCount', 'zero_watch_count', 'Zero-watch sessions', 'count'],
  ['zeroWatchRate', 'zero_watch_rate', 'Zero-watch rate', 'ratio'],
  ['replayCount', 'replay_count', 'Replays', 'count'],
  ['bufferTimeS', 'buffer_time_s', 'Buffering time', 's'],
] as const satisfies readonly (readonly [keyof Sums, string, string, 's' | 'count' | 'ratio'])[];

/** The period in sums, each with the period before. */
export function totalsSection({ period, totals, totalsBefore }: ReportFacts): Section {
  const before = totalsBefore.kind === 'answered' ? totalsBefore.value : undefined;
  const rows = measures.map(([field, measure, title, unit]) => {
    const value = totals[field];
    const previous = before?.[field] ?? null;
    const changed = value === null || previous === null || previous === 0 ? null : value / previous - 1;
    return { measure, title, unit, value, previous, change_ratio: changed };
  });
  return {
    id: 'totals',
    title: 'The period in numbers',
    sentences: [
      ...says(totals, before, nounOf(period)),
      totalsBefore.kind === 'missing' ? missingWords(totalsBefore) : `Compared with ${beforeWords(period)}.`,
    ],
    pictures: [],
    tables: [
      {
        name: 'totals',
        caption: 'Totals of the period and of the one before',
        columns: [
          { key: 'title', title: 'Measure', kind: 'text' },
          { key: 'value', title: 'Period', kind: 'measured' },
          { key: 'previous', title: 'Before', kind: 'measured' },
          { key: 'change_ratio', title: 'Change', kind: 'change' },
          { key: 'measure', title: 'Name', kind: 'text' },
          { key: 'unit', title: 'Unit', kind: 'text' },
        ],
        rows,
      },
    ],
  };
}

function says(now: Sums, before: Sums | undefined, noun: string): string[] {
  if (now.sessionCount === 0) return [`No sessions in this ${noun}.`];
  const viewers = `${plural(now.uniqueViewers, 'viewer')}${compared(now.uniqueViewers, before?.uniqueViewers)}`;
  const sessions = `${plural(now.sessionCount, 'session')}${compared(now.sessionCount, before?.sessionCount)}`;
  const watched = `${seconds(now.watchTimeS)} of proven watch time${compared(now.watchTimeS, before?.watchTimeS)}`;
  const allowed = now.uncertainS + now.estimatedTailS;
  return [
    `${viewers} watched in ${sessions}: ${watched}.`,
    ...(allowed > 0 ? [`Another ${seconds(allowed)} may have been watched; the events do not prove it.`] : []),
    `${ratio(now.completionRate)} of the sessions reached the end of the video${rateBefore(before?.completionRate, noun)}.`,
  ];
}

/** A share is told beside the one before: a change in per cent of per cents misleads. */
const rateBefore = (rate: number | null | undefined, noun: string): string =>
  rate == null ? '' : ` (${ratio(rate)} the ${noun} before)`;

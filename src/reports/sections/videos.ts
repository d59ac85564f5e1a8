import { topVideos } from '#charts';
import type { CompletedVideo } from '../answers.js';
import type { Part, ReportFacts } from '../read.js';
import { type Column, type DataTable, type Section, wordsOnly } from '../section.js';
import { count, missingWords, nounOf, plural, ratio, seconds, titled } from '../words.js';

const named: readonly Column[] = [
  { key: 'title', title: 'Video', kind: 'text' },
  { key: 'video_id', title: 'Id', kind: 'text' },
];

/** The videos that were watched most in the period. */
export function topVideosSection({ period, mostWatched, totals }: ReportFacts): Section {
  const id = 'top-videos';
  const title = 'Most watched videos';
  if (mostWatched.kind === 'missing') return wordsOnly(id, title, missingWords(mostWatched));
  const rows = mostWatched.value.map(({ videoId, value, video, metrics }) => ({
    title: titled(videoId, video),
    video_id: videoId,
    watch_time_s: value,
    unique_viewers: metrics.uniqueViewers,
    session_count: metrics.sessionCount,
    completion_rate: metrics.completionRate,
  }));
  const [first] = rows;
  if (first === undefined) return wordsOnly(id, title, `No video was watched in this ${nounOf(period)}.`);
  const share =
    totals.watchTimeS > 0 ? `, ${ratio((first.watch_time_s ?? 0) / totals.watchTimeS)} of all watch time` : '';
  const says = `“${first.title}” was watched most: ${seconds(first.watch_time_s ?? 0)}${share}.`;
  return {
    id,
    title,
    sentences: [says],
    pictures: [
      {
        title: 'Watch time by video',
        summary: `Watch time of the ${plural(rows.length, 'video')} that ${rows.length === 1 ? 'was' : 'were'} watched most. ${says}`,
        draw: canvas =>
          topVideos(
            rows.map(row => ({ label: row.title, value: row.watch_time_s ?? 0 })),
            seconds,
            canvas,
          ),
      },
    ],
    tables: [
      {
        name: 'top_videos',
        caption: 'Most watched videos of the period',
        columns: [
          ...named,
          { key: 'watch_time_s', title: 'Watch time', kind: 'seconds' },
          { key: 'unique_viewers', title: 'Viewers', kind: 'count' },
          { key: 'session_count', title: 'Sessions', kind: 'count' },
          { key: 'completion_rate', title: 'Completion rate', kind: 'ratio' },
        ],
        rows,
      },
    ],
  };
}

/** Videos that were completed most and least often, among those with enough sessions to say so. */
export function completionSection({ period, totals, bestCompleted, leastCompleted }: ReportFacts): Section {
  const id = 'completion';
  const title = 'Completion';
  if (bestCompleted.kind === 'missing') return wordsOnly(id, title, missingWords(bestCompleted));
  if (totals.sessionCount === 0) return wordsOnly(id, title, `No sessions in this ${nounOf(period)}.`);
  const { completedSessionCount: completed, sessionCount, validCompletionCount: valid } = totals;
  const rate = `${count(completed)} of ${plural(sessionCount, 'session')} reached the end (${ratio(totals.completionRate)}); in ${count(valid)} of them at least 75 % of the video was really watched.`;
  const tables = [
    tableOf('best_completed', 'Completed most often', bestCompleted),
    tableOf('least_completed', 'Completed least often', leastCompleted),
  ].filter(table => table.rows.length > 0);
  const few = tables.length === 0 ? ['No video had five sessions or more: too few to compare videos.'] : [];
  return { id, title, sentences: [rate, ...few], pictures: [], tables };
}

const tableOf = (name: string, caption: string, part: Part<readonly CompletedVideo[]>): DataTable => ({
  name,
  caption: `${caption} (five sessions or more)`,
  columns: [
    ...named,
    { key: 'completion_rate', title: 'Completion rate', kind: 'ratio' },
    { key: 'completed_session_count', title: 'Completed', kind: 'count' },
    { key: 'session_count', title: 'Sessions', kind: 'count' },
  ],
  rows:
    part.kind === 'missing'
      ? []
      : part.value.map(({ videoId, value, video, metrics }) => ({
          title: titled(videoId, video),
          video_id: videoId,
          completion_rate: value,
          completed_session_count: metrics.completedSessionCount,
          session_count: metrics.sessionCount,
        })),
});

/** What the period's most watched videos have cost, and what was watched of them since they exist. */
export function returnSection({ period, mostWatched }: ReportFacts): Section {
  const id = 'return';
  const title = 'Return on production cost';
  if (mostWatched.kind === 'missing') return wordsOnly(id, title, missingWords(mostWatched));
  if (mostWatched.value.length === 0)
    return wordsOnly(
      id,
      title,
      `No video was watched in this ${nounOf(period)}: there is nothing to set against a cost.`,
    );
  const rows = mostWatched.value.map(({ videoId, value, video }) => {
    const cost = video?.productionCost ?? null;
    const per = (amount: number | undefined) =>
      cost === null || amount === undefined || amount === 0 ? null : cost / amount;
    return {
      title: titled(videoId, video),
      video_id: videoId,
      production_cost: cost,
      period_watch_time_s: value,
      watch_time_s: video?.watchTimeS ?? null,
      unique_viewers: video?.uniqueViewers ?? null,
      // DESIGN.md 3 names no currency: the catalogue's own.
      cost_per_watched_hour: per(video === null ? undefined : video.watchTimeS / 3600),
      cost_per_viewer: per(video?.uniqueViewers),
    };
  });
  const unknown = rows.filter(row => row.production_cost === null).length;
  const says =
    unknown === rows.length
      ? 'The video catalogue gives no production cost for any of them: the return is unknown.'
      : unknown > 0
        ? `The video catalogue gives no production cost for ${unknown} of ${rows.length}: their return is unknown.`
        : 'The production cost of all of them is known.';
  return {
    id,
    title,
    sentences: [
      `The most watched videos of the ${nounOf(period)}: production cost divided by everything that was watched of them so far, in the currency of the catalogue. Less is better.`,
      says,
    ],
    pictures: [],
    tables: [
      {
        name: 'return_on_cost',
        caption: 'Production cost against all watch time and viewers so far',
        columns: [
          ...named,
          { key: 'production_cost', title: 'Production cost', kind: 'number' },
          { key: 'period_watch_time_s', title: 'Watched in the period', kind: 'seconds' },
          { key: 'watch_time_s', title: 'Watched so far', kind: 'seconds' },
          { key: 'unique_viewers', title: 'Viewers so far', kind: 'count' },
          { key: 'cost_per_watched_hour', title: 'Cost per watched hour', kind: 'number' },
          { key: 'cost_per_viewer', title: 'Cost per viewer', kind: 'number' },
        ],
        rows,
      },
    ],
  };
}

import { metricOverTime, watchTimeByDay } from '#charts';
import type { DaysAnswer } from '../answers.js';
import type { ReportFacts } from '../read.js';
import { type Section, wordsOnly } from '../section.js';
import { missingWords, nounOf, ratio, seconds, shown } from '../words.js';

type Values = ReadonlyMap<string, readonly { readonly at: string; readonly value: number | null }[]>;
const bySeries = (answer: DaysAnswer): Values => new Map(answer.series.map(({ metric, points }) => [metric, points]));

/** One step of the period: a day, or an hour of a single day. */
interface Step {
  readonly at: string;
  readonly watch_time_s: number | null;
  readonly uncertain_s: number | null;
  readonly estimated_tail_s: number | null;
  readonly unique_viewers: number | null;
  readonly completion_rate: number | null;
  readonly previous_watch_time_s: number | null;
  readonly previous_completion_rate: number | null;
}

export function stepsOf({ days, daysBefore }: Pick<ReportFacts, 'days' | 'daysBefore'>): Step[] {
  if (days.kind === 'missing') return [];
  const now = bySeries(days.value);
  const before = daysBefore.kind === 'answered' ? bySeries(daysBefore.value) : new Map();
  return (now.get('WATCH_TIME_S') ?? []).map(({ at }, i) => {
    const of = (values: Values, metric: string) => values.get(metric)?.[i]?.value ?? null;
    return {
      at,
      watch_time_s: of(now, 'WATCH_TIME_S'),
      uncertain_s: of(now, 'UNCERTAIN_S'),
      estimated_tail_s: of(now, 'ESTIMATED_TAIL_S'),
      unique_viewers: of(now, 'UNIQUE_VIEWERS'),
      completion_rate: of(now, 'COMPLETION_RATE'),
      previous_watch_time_s: of(before, 'WATCH_TIME_S'),
      previous_completion_rate: of(before, 'COMPLETION_RATE'),
    };
  });
}

/** What happened around the data, as the charts draw it. */
const annotationsOf = (answer: DaysAnswer) =>
  answer.annotations.map(({ title, at, until }) => ({
    title,
    at: new Date(at),
    until: until === null ? null : new Date(until),
  }));

/** The course of the period: watch time and completion rate step by step. */
export function daysSection(facts: ReportFacts): Section {
  const { period, totals, days } = facts;
  const isDaily = period.kind === 'daily';
  const id = 'course';
  const title = isDaily ? 'Watch time by hour' : 'Watch time by day';
  if (days.kind === 'missing') return wordsOnly(id, title, missingWords(days));
  if (totals.sessionCount === 0) return wordsOnly(id, title, `No sessions in this ${nounOf(period)}.`);
  const steps = stepsOf(facts);
  const annotations = annotationsOf(days.value);
  const most = steps.toSorted((a, b) => (b.watch_time_s ?? 0) - (a.watch_time_s ?? 0))[0];
  const kind = isDaily ? 'instant' : 'day';
  const top =
    most === undefined
      ? ''
      : `Most was watched ${isDaily ? 'in the hour from' : 'on'} ${shown(most.at, kind)}: ${seconds(most.watch_time_s ?? 0)}.`;
  const noted = annotations.map(one => `${one.at.toISOString().slice(0, 10)}: ${one.title}.`);
  return {
    id,
    title,
    sentences: [top, ...noted],
    pictures: [
      {
        title: 'Watch time',
        summary: `Watch time ${isDaily ? 'by hour' : 'by day'}: proven as a line, above it what is uncertain or estimated, and dashed the ${nounOf(period)} before. ${top}`,
        draw: canvas => watchTimeByDay(steps.map(watchStep), annotations, canvas),
      },
      {
        title: 'Completion rate',
        summary: `Completion rate ${isDaily ? 'by hour' : 'by day'}, and dashed the ${nounOf(period)} before. Over the whole period it is ${ratio(totals.completionRate)}.`,
        draw: canvas => metricOverTime(steps.map(rateStep), annotations, ratio, canvas),
      },
    ],
    tables: [
      {
        name: isDaily ? 'hours' : 'days',
        caption: isDaily ? 'Hours of the day, UTC' : 'Days of the period, UTC',
        columns: [
          { key: 'at', title: isDaily ? 'Hour' : 'Day', kind },
          { key: 'watch_time_s', title: 'Watch time', kind: 'seconds' },
          { key: 'uncertain_s', title: 'Uncertain', kind: 'seconds' },
          { key: 'estimated_tail_s', title: 'Estimated', kind: 'seconds' },
          { key: 'unique_viewers', title: 'Viewers', kind: 'count' },
          { key: 'completion_rate', title: 'Completion rate', kind: 'ratio' },
          { key: 'previous_watch_time_s', title: 'Watch time before', kind: 'seconds' },
          { key: 'previous_completion_rate', title: 'Completion rate before', kind: 'ratio' },
        ],
        rows: steps.map(step => ({ ...step })),
        isFolded: steps.length > 7,
      },
    ],
  };
}

const watchStep = (step: Step) => ({
  at: new Date(step.at),
  watchTimeS: step.watch_time_s ?? 0,
  uncertainS: step.uncertain_s ?? 0,
  estimatedTailS: step.estimated_tail_s ?? 0,
  previousS: step.previous_watch_time_s,
});

const rateStep = (step: Step) => ({
  at: new Date(step.at),
  value: step.completion_rate,
  previous: step.previous_completion_rate,
});

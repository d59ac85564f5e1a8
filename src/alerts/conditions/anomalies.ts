import type { AlertsConfig } from '#config';
import type { Finding, Subject } from '../incident.js';
import { percent } from './looked-at.js';
import { type DayValue, forecastOf, median } from './robust.js';

/** One day of a video, or of all videos. */
export interface DayTotals {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly sessions: number;
  readonly completed: number;
  readonly watchTimeS: number;
}

/** The days of one subject; a day that is not among them had no session. */
export interface Series {
  readonly subject: Extract<Subject, { kind: 'overall' | 'video' }>;
  readonly title: string;
  readonly days: readonly DayTotals[];
}

type AnomalyConfig = AlertsConfig['anomalies'];

/** What is judged: its scale makes errors even, its noise is what chance alone brings about. */
interface Measure {
  readonly rule: string;
  readonly word: string;
  readonly isMeasured: (day: DayTotals, config: AnomalyConfig) => boolean;
  /** In the scale of the judgement. */
  readonly value: (day: DayTotals) => number;
  /** Back from that scale. */
  readonly plain: (value: number) => number;
  /** Standard deviation in that scale; `usual` is the usual number of sessions. */
  readonly noise: (expected: number, day: DayTotals, usual: number) => number;
  readonly show: (plain: number) => string;
}

/** Sessions of one viewer come in runs and watch times differ widely: chance moves their sums more than single coins would. */
const clustering = 1.5;
const half = 0.5;
const rate = (p: number): number => Math.min(0.98, Math.max(0.02, p));

const measures: readonly Measure[] = [
  {
    rule: 'anomaly_volume',
    word: 'sessions',
    // A day without any session is a measurement.
    isMeasured: () => true,
    value: ({ sessions }) => Math.log(sessions + half),
    plain: value => Math.max(0, Math.exp(value) - half),
    noise: (_expected, _day, usual) => clustering / Math.sqrt(usual),
    show: plain => plain.toFixed(0),
  },
  {
    rule: 'anomaly_watch_time',
    word: 'watch time per session',
    isMeasured: ({ sessions }, { sessions_min }) => sessions >= sessions_min,
    value: ({ watchTimeS, sessions }) => Math.log(watchTimeS / sessions + half),
    plain: value => Math.max(0, Math.exp(value) - half),
    noise: (_expected, { sessions }) => clustering / Math.sqrt(sessions),
    show: plain => `${plain.toFixed(0)} s`,
  },
  {
    rule: 'anomaly_completion_rate',
    word: 'completion rate',
    isMeasured: ({ sessions }, { sessions_min }) => sessions >= sessions_min,
    value: ({ completed, sessions }) => completed / sessions,
    plain: value => Math.min(1, Math.max(0, value)),
    noise: (expected, { sessions }) => Math.sqrt((rate(expected) * (1 - rate(expected))) / sessions),
    show: percent,
  },
];

/** Judges one day of a series by all days before it. Pure arithmetic: the same rows give the same findings. */
export function judgeDay(series: Series, day: number, config: AnomalyConfig): Finding[] {
  return measures.map(measure => judge(series, measure, day, config));
}

function judge({ subject, title, days }: Series, measure: Measure, day: number, config: AnomalyConfig): Finding {
  const byDay = new Map(days.map(one => [one.day, one]));
  const first = Math.max(day - config.history_days, Math.min(...days.map(one => one.day)));
  const at = (when: number): DayTotals => byDay.get(when) ?? { day: when, sessions: 0, completed: 0, watchTimeS: 0 };
  const past = Array.from({ length: Math.max(0, day - first) }, (_, i) => at(first + i));
  const today = at(day);
  const usual = median(past.slice(-7).map(({ sessions }) => sessions)) ?? 0;
  const dayText = new Date(day * 86_400_000).toISOString().slice(0, 10);
  const about = {
    rule: measure.rule,
    subject,
    title: `${title}: unusual ${measure.word}`,
    severity: 'warning' as const,
  };
  const history: DayValue[] = past.map(one => ({
    day: one.day,
    value: measure.isMeasured(one, config) ? measure.value(one) : null,
  }));
  const forecast = forecastOf(history, day, config.history_days_min);
  if (forecast === undefined || usual < config.sessions_min || !measure.isMeasured(today, config)) {
    const evidence = { summary: '', value: null, threshold: null, expected: null, day: dayText, sampleIds: [] };
    return { ...about, verdict: 'unknown', evidence, strength: 0 };
  }
  const expected = measure.plain(forecast.expected);
  const value = measure.plain(measure.value(today));
  const deviation = Math.max(forecast.deviation, measure.noise(expected, today, usual));
  const strength = Math.abs(measure.value(today) - forecast.expected) / deviation;
  const change = expected === 0 ? (value === 0 ? 0 : 1) : value / expected - 1;
  const isUnusual = strength >= config.deviations_min && Math.abs(change) >= config.change_ratio_min;
  const direction = change < 0 ? 'less' : 'more';
  return {
    ...about,
    verdict: isUnusual ? 'firing' : 'clear',
    strength,
    evidence: {
      summary: `${title}, ${dayText}: ${measure.word} ${measure.show(value)}, expected ${measure.show(expected)}: ${percent(Math.abs(change))} ${direction}, ${strength.toFixed(1)} usual deviations (limit ${config.deviations_min}).`,
      value: rounded(value),
      threshold: config.deviations_min,
      expected: rounded(expected),
      day: dayText,
      sampleIds: [],
    },
  };
}

/** The last digits of logarithms differ from machine to machine. */
const rounded = (x: number): number => Number(x.toPrecision(9));

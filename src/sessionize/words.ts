import { type Fragment, join, lit, raw, sql } from '#sql';
import { type EventType, eventTypes } from '#tables';

/** A type of event inside the pipeline: its rank among ties of time (4.1.1), which is also cheaper than its name. */
const kindOf = (type: EventType): number => eventTypes.indexOf(type);

/** `event_type` as its kind; null for a word that is no event type. */
export const kindOfType = (eventType: Fragment): Fragment =>
  sql`case ${eventType} ${join(
    eventTypes.map((type, kind) => sql`when ${lit(type)} then ${lit(kind)}`),
    ' ',
  )} end`;

/** Whether `kind` is one of these types; the names stand beside the numbers in the text. */
export function isKind(kind: Fragment, ...types: readonly EventType[]): Fragment {
  const kinds = types.map(type => lit(kindOf(type)));
  const names = raw(`/* ${types.join(', ')} */`);
  return kinds.length === 1 ? sql`${kind} = ${join(kinds)} ${names}` : sql`${kind} in (${join(kinds)} ${names})`;
}

/** The state of a player after an event (4.2). */
export const states = { idle: 0, playing: 1, ended: 2, closed: 3, failed: 4, paused: 5, buffering: 6 } as const;
export type State = keyof typeof states;

/** A state as its number, its name beside it. */
export const state = (name: State): Fragment => sql`${lit(states[name])} ${raw(`/* ${name} */`)}`;

/** Seconds of configuration or of the rules as microseconds: all arithmetic of time and position is on BIGINT. */
export const us = (seconds: number): Fragment => lit(Math.round(seconds * 1e6));

/** BIGINT microseconds as seconds. */
export const seconds = (micros: Fragment): Fragment => sql`cast(${micros} / 1e6 as double)`;

/** DOUBLE seconds as BIGINT microseconds, half away from zero on every engine. */
export const micros = (secondsOf: Fragment): Fragment => sql`cast(round(${secondsOf} * 1e6) as bigint)`;

/** Thresholds that the rules of DESIGN.md 4 fix as numbers. */
export const rules = {
  /** 4.1.4: a play within this after a seek is at the seek's target, unless a position this far off came between. */
  settle_s_max: 2,
  settle_away_s_min: 1,
  /** 4.1.4: a position may lie this much outside the video. */
  before_start_s_max: 1,
  past_end_s_max: 1,
  /** 4.2, 4.4: the start of the video. */
  near_start_s: 5,
  /** 4.2: a position this much further on ends buffering. */
  moved_s_min: 0.5,
  /** 4.3 */
  skip_s_min: 1,
  unreported_skip_s_min: 2,
  back_s_min: 1,
  still_ping_s_min: 0.9,
  merge_gap_s: 2,
  merge_watched_s: 1,
  slope_interval_s_min: 5,
  slope_min: 0.25,
  slope_max: 4,
  slope_agreement: 0.1,
  /** 4.4: a resumed session takes up within this of the last position. */
  resume_near_s: 5,
} as const;

import type { SessionizationConfig } from '#config';
import { type Fragment, lit, sql } from '#sql';
import { micros, rules, us } from './words.js';

/** Whether a position is the epoch seconds of a live stream (4.1.4). */
export const isLive = (config: SessionizationConfig, positionS: Fragment): Fragment =>
  sql`${positionS} >= ${lit(config.live_position_s_min)}`;

/** Whether a position lies outside the video (4.1.4); live ones do not. */
export const isBad = (config: SessionizationConfig, positionS: Fragment, durationUs: Fragment): Fragment =>
  sql`(${positionS} < ${lit(-rules.before_start_s_max)} or (${positionS} < ${lit(config.live_position_s_min)} and ${micros(positionS)} > ${durationUs} + ${us(rules.past_end_s_max)}))`;

/** The trusted position in microseconds, clamped to the video; null where it is unknown, live or bad (4.1.4). */
export const placed = (config: SessionizationConfig, positionS: Fragment, durationUs: Fragment): Fragment =>
  sql`case
    when ${positionS} < ${lit(-rules.before_start_s_max)} or ${isLive(config, positionS)} then null
    when ${micros(positionS)} > ${durationUs} + ${us(rules.past_end_s_max)} then null
    when ${positionS} is null then null
    when ${positionS} < 0 then 0
    else least(${micros(positionS)}, ${durationUs})
  end`;

import type { Definitions } from '#config';
import type { EarlierSession, ExplainedEvent } from './explanation.js';
import { shown } from './numbers.js';
import { cellOf, type PlainRow } from './read.js';

interface Facts {
  readonly row: PlainRow;
  readonly events: readonly ExplainedEvent[];
  readonly earlier: readonly EarlierSession[];
  readonly definitions: Definitions;
}

/** Why the row says what no sum tells: completion, end, replay, resume, refresh, tab switches (4.4). */
export function decisionsOf(facts: Facts): string[] {
  return [completion(facts), ending(facts), replay(facts), resume(facts), refresh(facts), tabSwitches(facts)];
}

const number = (row: PlainRow, column: string): number | null => {
  const value = cellOf(row[column]);
  return typeof value === 'number' ? value : null;
};

function completion({ row, events, definitions }: Facts): string {
  const ended = events.find(({ eventType }) => eventType === 'ended');
  if (ended === undefined) return 'completed = false: no `ended` was reported.';
  const ratio = definitions.sessionization.valid_completion_ratio;
  const needed = number(row, 'duration_s');
  const seen = `unique_watch_s ${shown(number(row, 'unique_watch_s'))} of duration_s ${shown(needed)}`;
  const verdict = row['completion_valid'] === true ? 'valid' : 'not valid';
  return `completed = true by event ${ended.number}; ${verdict}, since ${seen} is ${verdict === 'valid' ? 'at least' : 'not proven to be'} ${ratio * 100} %.`;
}

function ending({ row, events }: Facts): string {
  const last = events.at(-1);
  const why: Readonly<Record<string, string>> = {
    ended: 'an `ended` was seen',
    unload: 'its last state is closed',
    switched: 'another video followed in the stream',
    open: 'the timeout has not passed yet, as seen from the newest event that arrived',
    paused: 'its last state is paused',
    timeout: `nothing followed; its last state is ${last?.stateAfter ?? 'unknown'}`,
  };
  const reason = String(row['end_reason']);
  return `end_reason = ${reason}: ${why[reason] ?? 'no rule of 4.4 has this name'}.`;
}

function replay({ row, events, earlier }: Facts): string {
  if (row['is_replay'] !== true) return 'is_replay = false.';
  const restart = events.find(({ beginsReplay }) => beginsReplay);
  const before = earlier.find(({ completed }) => completed);
  const reasons = [
    ...(restart === undefined ? [] : [`event ${restart.number} plays near 0 after ended`]),
    ...(before === undefined ? [] : [`session ${before.sessionId} was completed before`]),
  ];
  return `is_replay = true, replay_index = ${cellOf(row['replay_index'])}: ${reasons.join('; ')}.`;
}

function resume({ row, earlier }: Facts): string {
  const first = shown(number(row, 'first_position_s'));
  const [latest] = earlier;
  if (latest === undefined)
    return `resumed = false: no earlier session of this user and video; the first play is at ${first}.`;
  const stopped = `the latest earlier session ${latest.sessionId} stopped at ${shown(latest.lastPositionS)}`;
  return `resumed = ${row['resumed'] === true}: the first play is at ${first}, ${stopped}.`;
}

function refresh({ row, events, earlier, definitions }: Facts): string {
  const loads = events.filter(({ eventType }) => eventType === 'load');
  const further = loads.slice(1).map(load => `event ${load.number}`);
  const count = number(row, 'refresh_count') ?? 0;
  const { refresh_gap_s_max } = definitions.sessionization;
  const before = earlier.find(({ completed, gapS }) => !completed && gapS >= 0 && gapS <= refresh_gap_s_max);
  const parts = [
    ...(further.length === 0 ? [] : [`further loads: ${further.join(', ')}`]),
    ...(count > further.length && before !== undefined
      ? [
          `it begins with ${events[0]?.eventType ?? 'nothing'} ${shown(before.gapS)} s after session ${before.sessionId} ended uncompleted`,
        ]
      : []),
  ];
  return `refresh_count = ${count}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}.`;
}

function tabSwitches({ row, events }: Facts): string {
  const count = number(row, 'tab_switch_count') ?? 0;
  const source = String(row['tab_switch_source']);
  const hidden = events.filter(({ eventType }) => eventType === 'hidden').map(event => `event ${event.number}`);
  const from: Readonly<Record<string, string>> = {
    observed: hidden.length === 0 ? 'the page was never hidden' : `hidden by ${hidden.join(', ')}`,
    inferred: 'long pauses stand for them, since the source sends no `hidden`',
    unknown: 'the events cannot tell',
  };
  return `tab_switch_count = ${count} (${source}): ${from[source] ?? 'no rule of 4.4 has this name'}.`;
}

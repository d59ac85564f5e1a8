import type { Config } from '#config';
import { inOrder, type OracleEvent } from './event.js';
import { withHistory } from './history.js';
import { type JudgedSession, judgeSession } from './judge-session.js';
import { splitIntoSessions } from './sessions.js';

/** A row of a table; instants in microseconds, days as text. */
export type OracleRow = Readonly<Record<string, string | number | boolean | null>>;

export interface OracleInput {
  readonly events: readonly OracleEvent[];
  /** video_id to duration in seconds. */
  readonly catalog: ReadonlyMap<string, number>;
  readonly newestReceivedUs: number;
  readonly config: Config;
}

export interface OracleResult {
  readonly sessions: readonly OracleRow[];
  readonly segments: readonly OracleRow[];
  /** Everything that was found on the way, session by session. */
  readonly judged: readonly JudgedSession[];
}

/** DESIGN.md 4.1 to 4.4 as a plain loop over one event after the other. */
export function judge(input: OracleInput): OracleResult {
  const users = new Map<string, OracleEvent[]>();
  for (const event of input.events) {
    const list = users.get(event.user_id);
    if (list === undefined) users.set(event.user_id, [event]);
    else list.push(event);
  }
  const rules = input.config.sessionization;
  const judged = [...users.values()].map(events =>
    splitIntoSessions(inOrder(events), input.catalog, rules).map(raw => judgeSession(raw, input)),
  );
  return {
    sessions: judged.flatMap(sessions => withHistory(sessions, rules)),
    segments: judged.flat().flatMap(session => session.segments),
    judged: judged.flat(),
  };
}

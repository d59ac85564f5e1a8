import type { TableRows } from './compare.js';
import { impressionsOf } from './compare.js';
import type { OracleEvent } from './event.js';
import type { OracleInput, OracleRow } from './oracle.js';
import type { PipelineInput, PipelineRows } from './pipeline.js';

/**
 * The input that an incremental run gets: of each user the visits from the middle one on, and what lies before as
 * published sessions. With it the rows that must come out.
 */
export function cutInTwo(
  input: OracleInput,
  { pipeline, expected }: { readonly pipeline: PipelineRows; readonly expected: TableRows },
): { input: PipelineInput; expected: Pick<TableRows, 'sessions' | 'segments'> } {
  const visits = new Map<string, Set<number>>();
  for (const row of expected.sessions) {
    const user = String(row['user_id']);
    visits.set(user, (visits.get(user) ?? new Set()).add(Number(row['visit_started_at'])));
  }
  const cuts = new Map(
    [...visits].map(([user, starts]) => {
      const inOrder = [...starts].sort((a, b) => a - b);
      return [user, inOrder[Math.floor(inOrder.length / 2)] ?? 0];
    }),
  );
  const cutOf = (user: unknown) => cuts.get(String(user)) ?? 0;
  const isRebuilt = (row: Readonly<Record<string, unknown>>) =>
    Number(row['visit_started_at']) >= cutOf(row['user_id']);
  const rebuilt = new Set(expected.sessions.filter(isRebuilt).map(row => row['session_id']));
  return {
    input: {
      ...input,
      events: input.events.filter(event => countedTime(event, input.events) >= cutOf(event.user_id)),
      impressions: impressionsOf(input.events),
      earlierSessions: pipeline.sessions.filter(row => !isRebuilt(row)),
    },
    expected: {
      sessions: expected.sessions.filter(isRebuilt),
      segments: expected.segments.filter((row: OracleRow) => rebuilt.has(row['session_id'] ?? null)),
    },
  };
}

const counted = new WeakMap<readonly OracleEvent[], Map<string, OracleEvent>>();

/** When the copy of the event happened that counts: copies stay together. */
function countedTime(event: OracleEvent, events: readonly OracleEvent[]): number {
  let first = counted.get(events);
  if (first === undefined) {
    first = new Map();
    for (const copy of events) {
      const known = first.get(copy.event_id);
      if (known === undefined || copy.received_us < known.received_us) first.set(copy.event_id, copy);
    }
    counted.set(events, first);
  }
  return first.get(event.event_id)?.us ?? event.us;
}

import type { EventType } from '#tables';

/** A canonical event in whole microseconds, as the oracle reads it. */
export interface OracleEvent {
  readonly event_id: string;
  readonly user_id: string;
  readonly video_id: string | null;
  readonly player_id: string | null;
  readonly event_type: EventType;
  readonly us: number;
  readonly received_us: number;
  readonly sequence: number | null;
  readonly position_s: number | null;
  readonly seek_from_s: number | null;
  readonly duration_s: number | null;
  readonly playback_rate: number | null;
  readonly autoplay: boolean | null;
  readonly device: string | null;
  readonly country: string | null;
  readonly experiment: string | null;
  readonly variant: string | null;
  readonly impressions: readonly string[] | null;
}

/** DESIGN 4.1.1: which of two events of one moment comes first. */
const kinds: readonly EventType[] = [
  'page_view',
  'load',
  'visible',
  'buffer_end',
  'seek',
  'play',
  'resume',
  'rate_change',
  'heartbeat',
  'hidden',
  'buffer_start',
  'pause',
  'error',
  'ended',
  'unload',
];

/** One user's events, copies counted once (the earliest received wins), in their order. */
export function inOrder(events: readonly OracleEvent[]): OracleEvent[] {
  const first = new Map<string, OracleEvent>();
  for (const event of events) {
    const known = first.get(event.event_id);
    if (known === undefined || event.received_us < known.received_us) first.set(event.event_id, event);
  }
  const absent = Number.NEGATIVE_INFINITY;
  return [...first.values()].sort(
    (a, b) =>
      a.us - b.us ||
      // Two absent sequences are equal: infinity minus infinity is no number.
      (a.sequence === b.sequence ? 0 : (a.sequence ?? absent) - (b.sequence ?? absent)) ||
      kinds.indexOf(a.event_type) - kinds.indexOf(b.event_type) ||
      (a.event_id < b.event_id ? -1 : 1),
  );
}

import type { ReportedEvent } from './player.js';
import type { Random } from './random.js';

/** A row of an event file: the event as it is written, or a broken copy of one. */
export type EventRow = Readonly<Record<string, unknown>>;

/** What was done to the rows on their way, by kind; `rejectedRows` must land in `events_rejected`. */
export interface DirtCounts {
  duplicates: number;
  late: number;
  bad_position: number;
  missing_user: number;
  missing_video: number;
  unknown_event_name: number;
  malformed_time: number;
  nan_position: number;
}

export const noDirt = (): DirtCounts => ({
  duplicates: 0,
  late: 0,
  bad_position: 0,
  missing_user: 0,
  missing_video: 0,
  unknown_event_name: 0,
  malformed_time: 0,
  nan_position: 0,
});

/** Shares that every source has, however clean. */
const lateShare = 0.01;
const duplicateShare = 0.005;

const dirtWeights = {
  bad_position: 25,
  missing_user: 20,
  missing_video: 10,
  unknown_event_name: 20,
  malformed_time: 15,
  nan_position: 10,
} as const;

/** An event on its way to a file. */
export interface Arrival {
  readonly receivedMs: number;
  readonly row: EventRow;
}

export interface DirtOptions {
  readonly ratio: number;
  /** Nothing arrives after it. */
  readonly endMs: number;
  readonly random: Random;
  readonly counts: DirtCounts;
  /** Told of every event whose own position was spoilt: what it said is lost, not only an extra row broken. */
  readonly onDamaged: (event: ReportedEvent) => void;
}

/**
 * The rows that arrive for one event: late for some, twice for some, and with `ratio` a dirty row.
 * Rows that cannot be used are broken copies beside the event, so that what the simulator knows stays provable;
 * a bad position spoils the event itself.
 */
export function arrivals(event: ReportedEvent, { ratio, endMs, random, counts, onDamaged }: DirtOptions): Arrival[] {
  const isLate = random.chance(lateShare);
  if (isLate) counts.late++;
  const delayMs = isLate ? random.wait(3 * 3_600_000) + 600_000 : 0;
  const receivedMs = Math.min(event.received_ms + Math.round(delayMs), endMs);
  const rows: Arrival[] = [];
  if (random.chance(ratio)) {
    const kind = random.weighted(dirtWeights);
    if (kind !== 'bad_position') {
      counts[kind]++;
      rows.push({ receivedMs, row: broken(kind, toRow({ ...event, event_id: random.id() }, receivedMs)) });
    } else if (event.position_s !== undefined) {
      counts.bad_position++;
      onDamaged(event);
      const position_s = random.chance(0.5) ? -random.integer(2, 900) : event.position_s + 20_000;
      rows.push({ receivedMs, row: toRow({ ...event, position_s }, receivedMs) });
      return rows;
    }
  }
  rows.push({ receivedMs, row: toRow(event, receivedMs) });
  if (random.chance(duplicateShare)) {
    counts.duplicates++;
    const againMs = Math.min(receivedMs + Math.round(random.wait(60_000)), endMs);
    rows.push({ receivedMs: againMs, row: toRow(event, againMs) });
  }
  return rows;
}

function toRow({ event_ms, received_ms: _, ...event }: ReportedEvent, receivedMs: number): EventRow {
  return {
    ...event,
    event_time: new Date(event_ms).toISOString(),
    received_at: new Date(receivedMs).toISOString(),
  };
}

function broken(kind: Exclude<keyof typeof dirtWeights, 'bad_position'>, row: EventRow): EventRow {
  switch (kind) {
    case 'missing_user':
      return { ...row, user_id: null };
    case 'missing_video':
      return { ...row, event_type: 'play', video_id: null };
    case 'unknown_event_name':
      return { ...row, event_type: 'plaay' };
    case 'malformed_time':
      return { ...row, event_time: 'yesterday 25:61' };
    case 'nan_position':
      return { ...row, position_s: 'NaN' };
  }
}

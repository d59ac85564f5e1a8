import type { Viewing } from './player.js';

/** One line of `truth/sessions.ndjson`: one true viewing. */
export interface TrueSession {
  readonly viewing_id: string;
  readonly user_id: string;
  readonly video_id: string;
  readonly player_id: string | null;
  readonly started_at: string;
  readonly watched_s: number;
  readonly content_s: number;
  readonly unique_s: number;
  /** Watched after the last event: no event can prove it. */
  readonly unreported_tail_s: number;
  readonly unreported_tail_content_s: number;
  readonly completed: boolean;
  readonly skip_count: number;
  readonly pause_count: number;
}

/** One line of `truth/watched.ndjson`: what played, second by second in compact form. */
export interface TrueStretch {
  readonly viewing_id: string;
  readonly user_id: string;
  readonly video_id: string;
  readonly player_id: string | null;
  readonly from_s: number;
  readonly to_s: number;
  readonly started_at: string;
  readonly rate: number;
  /** Where the part begins that played after the last event; equal to `to_s` where all of it is reported. */
  readonly reported_to_s: number;
}

/** What the simulator knows of one viewing, as rows; times by the viewer's own clock, as the events have them. */
export function truthOf(viewing: Viewing, viewingId: string): { session: TrueSession; stretches: TrueStretch[] } {
  const { viewer, video, page, lastReportMs } = viewing;
  const ids = {
    viewing_id: viewingId,
    user_id: viewer.userId,
    video_id: video.videoId,
    player_id: page.playerId ?? null,
  };
  const instant = (ms: number) => new Date(Math.round(ms) + viewer.skewMs).toISOString();
  const stretches = viewing.stretches.map(({ fromS, toS, startedMs, rate }) => {
    const reportedS = Math.max(0, ((lastReportMs - startedMs) / 1000) * rate);
    return {
      ...ids,
      from_s: rounded(fromS),
      to_s: rounded(toS),
      started_at: instant(startedMs),
      rate,
      reported_to_s: rounded(Math.min(toS, fromS + reportedS)),
    };
  });
  const sum = (of: (stretch: TrueStretch) => number) => rounded(stretches.reduce((total, s) => total + of(s), 0));
  return {
    session: {
      ...ids,
      started_at: instant(viewing.startedMs),
      watched_s: sum(s => (s.to_s - s.from_s) / s.rate),
      content_s: sum(s => s.to_s - s.from_s),
      unique_s: rounded(unionLength(stretches.map(s => [s.from_s, s.to_s]))),
      unreported_tail_s: sum(s => (s.to_s - s.reported_to_s) / s.rate),
      unreported_tail_content_s: sum(s => s.to_s - s.reported_to_s),
      completed: viewing.completed,
      skip_count: viewing.skipCount,
      pause_count: viewing.pauseCount,
    },
    stretches,
  };
}

/** Length of the union of half-open stretches. */
export function unionLength(stretches: readonly (readonly [number, number])[]): number {
  let length = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return length;
}

const rounded = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

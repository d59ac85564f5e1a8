import type { EventType } from '#tables';
import { experiment, type Viewer } from './audience.js';
import type { SimulatedVideo } from './catalog.js';
import type { Random } from './random.js';

/** A canonical event as the simulator holds it; what is absent is left out of the file. */
export interface ReportedEvent {
  event_id: string;
  user_id: string;
  video_id?: string;
  player_id?: string;
  event_type: EventType;
  event_ms: number;
  received_ms: number;
  sequence?: number;
  position_s?: number;
  seek_from_s?: number;
  duration_s?: number;
  playback_rate?: number;
  autoplay?: boolean;
  muted?: boolean;
  visible?: boolean;
  device: string;
  country: string;
  referrer?: string;
  app_version: string;
  experiment?: string;
  variant?: string;
  impressions?: string[];
}

/** What really played: `[from_s, to_s)` of the video from `startedMs` on at `rate`. */
export interface Stretch {
  readonly fromS: number;
  toS: number;
  readonly startedMs: number;
  readonly rate: number;
}

/** One page load, or one start of an app: what `player_id` names. */
export interface Page {
  readonly playerId: string | undefined;
  readonly referrer: string;
  sequence: number;
}

/** What the simulator knows of one viewing: one video in one page. */
export interface Viewing {
  readonly viewer: Viewer;
  readonly video: SimulatedVideo;
  readonly page: Page;
  readonly startedMs: number;
  readonly stretches: readonly Stretch[];
  readonly completed: boolean;
  readonly skipCount: number;
  readonly pauseCount: number;
  /** When the last event was told; what played later no event can prove. */
  readonly lastReportMs: number;
  readonly endedMs: number;
}

export interface PlayerSetup {
  readonly viewer: Viewer;
  readonly video: SimulatedVideo;
  readonly page: Page;
  readonly startMs: number;
  readonly positionS: number;
  /** The end of the simulated world: nothing plays and nobody tells anything after it. */
  readonly worldEndMs: number;
  readonly heartbeats: boolean;
  readonly random: Random;
  readonly sink: (event: ReportedEvent) => void;
}

const heartbeatMs = 10_000;

/** The true playhead of one viewing, and the reports that its player makes. */
export class TruePlayer {
  readonly #setup: PlayerSetup;
  readonly #stretches: Stretch[] = [];
  #nowMs: number;
  #positionS: number;
  #rate = 1;
  #isPlaying = false;
  #completed = false;
  #skipCount = 0;
  #pauseCount = 0;
  #lastReportMs: number;
  #nextHeartbeatMs = Number.POSITIVE_INFINITY;

  constructor(setup: PlayerSetup) {
    this.#setup = setup;
    this.#nowMs = setup.startMs;
    this.#lastReportMs = setup.startMs;
    this.#positionS = setup.positionS;
  }

  get nowMs(): number {
    return this.#nowMs;
  }
  get positionS(): number {
    return this.#positionS;
  }
  get rate(): number {
    return this.#rate;
  }
  /** The simulated world ended in the middle of this viewing. */
  get isOver(): boolean {
    return this.#nowMs >= this.#setup.worldEndMs;
  }
  get isAtEnd(): boolean {
    return this.#positionS >= this.#setup.video.durationS;
  }

  /** Lets wall time pass; while playing the playhead advances and heartbeats are told. Stops at the video's end. */
  pass(seconds: number): void {
    const untilMs = Math.min(this.#nowMs + seconds * 1000, this.#setup.worldEndMs);
    if (!this.#isPlaying) {
      this.#nowMs = untilMs;
      return;
    }
    while (this.#nowMs < untilMs && !this.isAtEnd) {
      const stopMs = Math.min(untilMs, this.#nextHeartbeatMs);
      this.#advance(stopMs - this.#nowMs);
      if (this.#nowMs >= this.#nextHeartbeatMs && !this.isAtEnd) {
        this.tell('heartbeat');
        this.#nextHeartbeatMs += heartbeatMs;
      }
    }
  }

  /** Plays until the playhead reaches a position (or the video or the world ends). */
  playTo(positionS: number): void {
    this.pass(Math.max(0, positionS - this.#positionS) / this.#rate);
  }

  #advance(wallMs: number): void {
    const leftS = this.#setup.video.durationS - this.#positionS;
    const playedS = (wallMs / 1000) * this.#rate;
    const isToEnd = playedS >= leftS - 1e-6;
    const toS = isToEnd ? this.#setup.video.durationS : this.#positionS + playedS;
    const last = this.#stretches.at(-1);
    const endMs = last === undefined ? 0 : last.startedMs + ((last.toS - last.fromS) / last.rate) * 1000;
    if (last?.rate === this.#rate && last.toS === this.#positionS && Math.abs(endMs - this.#nowMs) < 0.01)
      last.toS = toS;
    else this.#stretches.push({ fromS: this.#positionS, toS, startedMs: this.#nowMs, rate: this.#rate });
    this.#nowMs += isToEnd ? (leftS / this.#rate) * 1000 : wallMs;
    this.#positionS = toS;
  }

  start(): void {
    this.#isPlaying = true;
    if (this.#setup.heartbeats) this.#nextHeartbeatMs = this.#nowMs + heartbeatMs;
  }

  /** The playhead stands still: a pause of the viewer, or a stall. */
  stop(): void {
    this.#isPlaying = false;
    this.#nextHeartbeatMs = Number.POSITIVE_INFINITY;
  }

  /** Counts a pause of the viewer, as opposed to a stall. */
  pause(): void {
    this.stop();
    this.#pauseCount++;
  }

  leapTo(positionS: number): void {
    if (Math.abs(positionS - this.#positionS) >= 1) this.#skipCount++;
    this.#positionS = positionS;
  }

  setRate(rate: number): void {
    this.#rate = rate;
  }

  /** The playhead goes back to the start without a seek: the viewer pressed play after the end. */
  rewind(): void {
    this.#positionS = 0;
  }

  end(): void {
    this.stop();
    this.#completed = true;
    this.tell('ended');
  }

  /** Tells one event of this moment, as this kind of player words it. */
  tell(type: EventType, more: Partial<ReportedEvent> = {}): void {
    if (this.isOver) return;
    const { viewer, video, page, random, sink } = this.#setup;
    this.#lastReportMs = this.#nowMs;
    const opensSession = type === 'load' || type === 'play' || type === 'resume';
    const eventMs = Math.round(this.#nowMs) + viewer.skewMs;
    sink({
      event_id: random.id(),
      user_id: viewer.userId,
      video_id: video.videoId,
      ...(page.playerId === undefined ? {} : { player_id: page.playerId }),
      event_type: type,
      event_ms: eventMs,
      received_ms: Math.min(Math.round(this.#nowMs + 40 + random.wait(400)), this.#setup.worldEndMs),
      ...(viewer.kind.hasSequence ? { sequence: ++page.sequence } : {}),
      position_s: this.#rounded(this.#positionS),
      ...(type === 'load' || type === 'play' ? { duration_s: video.durationS } : {}),
      device: viewer.kind.device,
      country: viewer.country,
      ...(type === 'load' ? { referrer: page.referrer } : {}),
      app_version: viewer.appVersion,
      ...(opensSession ? { experiment: experiment.name, variant: viewer.variant } : {}),
      ...more,
    });
  }

  #rounded(positionS: number): number {
    const step = this.#setup.viewer.kind.positionStepS;
    // Players cut, they do not round: a position past the end would be refused.
    return step >= 1 ? Math.floor(positionS / step) * step : Math.floor(positionS * 1000) / 1000;
  }

  /** The viewing as the simulator knows it now. */
  get viewing(): Viewing {
    const { viewer, video, page, startMs } = this.#setup;
    return {
      viewer,
      video,
      page,
      startedMs: startMs,
      stretches: this.#stretches,
      completed: this.#completed,
      skipCount: this.#skipCount,
      pauseCount: this.#pauseCount,
      lastReportMs: this.#lastReportMs,
      endedMs: this.#nowMs,
    };
  }
}

import type { Viewer } from './audience.js';
import type { SimulatedVideo } from './catalog.js';
import type { TruePlayer } from './player.js';
import type { Random } from './random.js';

/** How a viewing came to its end. */
export type Departure = 'ended' | 'told' | 'silent' | 'refresh' | 'switch' | 'over';

export interface Intent {
  /** Where the viewer wants to stop; at or beyond the duration: watches to the end. */
  readonly stopAtS: number;
  readonly isAutoplay: boolean;
  /** Goes on to another video in the same player rather than leaving the page. */
  readonly leavesBySwitch: boolean;
}

interface Scene {
  readonly player: TruePlayer;
  readonly viewer: Viewer;
  readonly video: SimulatedVideo;
  readonly random: Random;
}

type Action = 'pause' | 'longPause' | 'skipForward' | 'skipBack' | 'drag' | 'rate' | 'hide' | 'stall' | 'refresh';

const actionWeights = {
  pause: 34,
  longPause: 1.5,
  skipForward: 18,
  skipBack: 12,
  drag: 4,
  rate: 7,
  hide: 10,
  stall: 11,
  refresh: 3,
} as const satisfies Record<Action, number>;

/**
 * Watches one video with an intent: a small state machine that plays on to the next thing that happens
 * (a pause, a skip, a stall, ...) until the place where the viewer wants to stop.
 */
export function watch(scene: Scene, intent: Intent): Departure {
  const { player, viewer, video, random } = scene;
  player.tell('load', { autoplay: intent.isAutoplay });
  player.pass(intent.isAutoplay ? random.between(0.05, 0.4) : random.between(0.4, 6));
  // One in twenty-five loads the page and never starts.
  if (!intent.isAutoplay && random.chance(0.04)) return leave(scene, intent);
  startPlaying(scene, 'play', intent.isAutoplay ? { autoplay: true, muted: true } : { autoplay: false });

  const meanToActionS = Math.min(Math.max(video.durationS / 2.2, 25), 900) / viewer.restlessness;
  while (!player.isOver) {
    const nextS = player.positionS + random.wait(meanToActionS);
    player.playTo(Math.min(nextS, intent.stopAtS));
    if (player.isOver) return 'over';
    if (player.isAtEnd) return endOfVideo(scene, intent);
    if (player.positionS >= intent.stopAtS - 0.001) return leave(scene, intent);
    if (act(scene, random.weighted(actionWeights)) === 'refresh') return 'refresh';
  }
  return 'over';
}

function startPlaying({ player, random }: Scene, word: 'play' | 'resume', more = {}): void {
  player.tell(word, more);
  player.start();
  if (random.chance(0.02)) {
    // Some players say it twice; a burst of plays must not add up.
    player.pass(random.between(0.02, 0.3));
    player.tell(word, more);
  }
}

function endOfVideo(scene: Scene, intent: Intent): Departure {
  const { player, random, video } = scene;
  player.end();
  if (random.chance(video.category === 'Music' ? 0.2 : 0.05)) {
    player.pass(random.between(0.5, 8));
    player.rewind();
    startPlaying(scene, 'play');
    player.playTo(random.chance(0.5) ? video.durationS : random.between(0.2, 0.9) * video.durationS);
    if (player.isOver) return 'over';
    if (!player.isAtEnd) return leave(scene, intent);
    player.end();
  }
  if (intent.leavesBySwitch) return 'ended';
  player.pass(random.between(1, 40));
  if (random.chance(scene.viewer.kind.unloadReported)) player.tell('unload');
  return 'ended';
}

function leave({ player, viewer, random }: Scene, intent: Intent): Departure {
  if (intent.leavesBySwitch) {
    // The player says that it stopped before it loads the next video.
    player.pause();
    player.tell('pause');
    player.pass(random.between(0.3, 3));
    return 'switch';
  }
  if (random.chance(0.35)) {
    player.pause();
    player.tell('pause');
    player.pass(random.wait(20));
  }
  if (random.chance(viewer.kind.unloadReported)) {
    player.stop();
    player.tell('unload');
    return 'told';
  }
  return 'silent';
}

function act(scene: Scene, action: Action): Action {
  const { player, random, video, viewer } = scene;
  switch (action) {
    case 'pause':
      pauseFor(scene, Math.min(random.wait(35), 1500));
      break;
    case 'longPause':
      pauseFor(scene, random.between(1900, 9000));
      break;
    case 'skipForward':
      skip(scene, Math.min(player.positionS + random.pick([10, 10, 30, 85]), video.durationS - 1));
      break;
    case 'skipBack':
      skip(scene, Math.max(player.positionS - random.pick([10, 10, 15, 60]), 0));
      break;
    case 'drag':
      drag(scene);
      break;
    case 'rate':
      if (viewer.kind.hasRates) changeRate(scene);
      break;
    case 'hide':
      hide(scene);
      break;
    case 'stall':
      stall(scene);
      break;
    case 'refresh':
      if (viewer.kind.unloadReported === 1 || random.chance(0.6)) {
        player.stop();
        player.tell('unload');
      }
      break;
  }
  return action;
}

function pauseFor(scene: Scene, seconds: number): void {
  const { player, viewer } = scene;
  player.pause();
  player.tell('pause');
  player.pass(seconds);
  startPlaying(scene, viewer.kind.playsOnWith);
}

/** A skip as this kind of player tells it; the playhead settles for a moment before it moves again. */
function skip({ player, viewer, random }: Scene, targetS: number): void {
  const originS = player.positionS;
  if (Math.abs(targetS - originS) < 1) return;
  const settleS = random.between(0.05, 0.35);
  switch (viewer.kind.seeks) {
    case 'with_origin':
      player.leapTo(targetS);
      player.tell('seek', { seek_from_s: Math.floor(originS * 1000) / 1000 });
      break;
    case 'target_only':
      player.leapTo(targetS);
      player.tell('seek');
      break;
    case 'with_pause': {
      player.stop();
      player.tell('pause');
      player.pass(random.between(0.1, 0.6));
      player.leapTo(targetS);
      player.tell('seek');
      player.pass(settleS);
      // The play after a seek often still carries the old position.
      player.tell('play', random.chance(0.3) ? { position_s: Math.floor(originS * 1000) / 1000 } : {});
      player.start();
      return;
    }
    case 'silent':
      player.leapTo(targetS);
      return;
  }
  player.stop();
  player.pass(settleS);
  player.start();
}

/** The viewer drags the playhead: several seeks in quick succession are one skip. */
function drag(scene: Scene): void {
  const { player, random, video, viewer } = scene;
  if (viewer.kind.seeks !== 'with_origin') {
    skip(scene, random.between(0, video.durationS * 0.95));
    return;
  }
  const steps = random.integer(2, 4);
  const stepS = random.between(-0.12, 0.2) * video.durationS;
  for (let i = 0; i < steps && !player.isOver; i++) {
    skip(scene, Math.min(Math.max(player.positionS + stepS, 0), video.durationS - 1));
    player.pass(random.between(0.05, 0.3));
  }
}

function changeRate({ player, random, viewer }: Scene): void {
  const rate = random.pick([1, 1.25, 1.5, 1.5, 2, 0.75]);
  if (rate === player.rate) return;
  player.setRate(rate);
  if (random.chance(viewer.kind.rateReported)) player.tell('rate_change', { playback_rate: rate });
}

function hide({ player, random, viewer }: Scene): void {
  if (!viewer.kind.reportsVisibility) return;
  player.tell('hidden', { visible: false });
  player.pass(Math.min(random.wait(90), 1200));
  // Back at the page; a video that ended meanwhile says so first.
  if (!player.isAtEnd) player.tell('visible', { visible: true });
}

function stall({ player, random, viewer }: Scene): void {
  const seconds = Math.min(random.wait(2.5), 30);
  player.stop();
  if (viewer.kind.reportsBuffering) player.tell('buffer_start');
  player.pass(seconds);
  if (viewer.kind.reportsBuffering) player.tell('buffer_end');
  player.start();
}

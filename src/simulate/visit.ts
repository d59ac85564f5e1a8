import { bookmark, experiment, type Viewer } from './audience.js';
import { type Catalog, type SimulatedVideo, stopRatio } from './catalog.js';
import { type Page, type ReportedEvent, TruePlayer, type Viewing } from './player.js';
import type { Random } from './random.js';
import { type Departure, watch } from './viewing.js';

/** The world around a visit. */
export interface World {
  readonly catalog: Catalog;
  readonly endMs: number;
  readonly heartbeats: boolean;
  readonly sink: (event: ReportedEvent) => void;
  readonly onViewing: (viewing: Viewing) => void;
}

interface Visit {
  readonly world: World;
  readonly viewer: Viewer;
  readonly random: Random;
}

interface Choice {
  readonly video: SimulatedVideo;
  readonly positionS: number;
  readonly isAutoplay: boolean;
}

const referrers = ['https://search.example/', 'https://news.example/today', 'newsletter', 'direct'] as const;

/** One visit: look at a page, watch something or not, go on to the next, leave. Returns when it was over. */
export function makeVisit(visit: Visit, startMs: number): number {
  const { world, viewer, random } = visit;
  let nowMs = startMs;
  let page = openPage(visit);
  let choice = choose(visit, page, nowMs);
  nowMs += random.between(3, 45) * 1000;
  // A visit holds a handful of viewings; the limit only keeps an endless chain of autoplay from running on.
  for (let count = 0; choice !== undefined && count < 12 && nowMs < world.endMs; count++) {
    const opensSecondTab = viewer.kind.hasPlayerId && random.chance(0.03);
    if (opensSecondTab) watchInSecondTab(visit, nowMs + random.between(5, 240) * 1000);
    const { departure, endMs, nextPage } = watchOne(visit, page, choice, nowMs);
    nowMs = endMs;
    page = nextPage;
    switch (departure) {
      case 'ended':
      case 'switch':
        choice = random.chance(departure === 'ended' ? 0.45 : 0.97) ? next(visit, choice, nowMs, departure) : undefined;
        nowMs += random.between(0.5, 6) * 1000;
        break;
      case 'told':
      case 'silent':
        page = openPage(visit);
        nowMs += random.between(2, 90) * 1000;
        choice = random.chance(0.3) ? choose(visit, page, nowMs) : undefined;
        nowMs += random.between(2, 30) * 1000;
        break;
      case 'refresh':
      case 'over':
        choice = undefined;
        break;
    }
  }
  return nowMs;
}

function openPage({ viewer, random }: Visit): Page {
  const playerId = viewer.kind.hasPlayerId ? `p${random.id()}` : undefined;
  return { playerId, referrer: random.pick(referrers), sequence: 0 };
}

/** Looks at a page of thumbnails; takes up an unfinished video, clicks one that appeals, or neither. */
function choose({ world, viewer, random }: Visit, page: Page, nowMs: number): Choice | undefined {
  const unfinished = viewer.bookmarks.length > 0 && random.chance(0.4) ? random.pick(viewer.bookmarks) : undefined;
  const shown = new Map<string, SimulatedVideo>();
  const count = random.integer(4, 10);
  for (let i = 0; i < count; i++) {
    const video = world.catalog.popular(random, nowMs);
    shown.set(video.videoId, video);
  }
  tellPageView({ world, viewer, random }, page, nowMs, [...shown.keys()]);
  if (unfinished !== undefined) return { ...unfinished, isAutoplay: false };
  for (const video of shown.values()) {
    if (random.chance(video.appeal * experiment.clickEffect[viewer.variant])) {
      return { video, positionS: 0, isAutoplay: false };
    }
  }
  // Someone came by a link to one video and not for the page.
  if (random.chance(0.25)) return { video: world.catalog.popular(random, nowMs), positionS: 0, isAutoplay: false };
  return undefined;
}

function tellPageView({ world, viewer, random }: Visit, page: Page, nowMs: number, impressions: string[]): void {
  if (nowMs >= world.endMs) return;
  world.sink({
    event_id: random.id(),
    user_id: viewer.userId,
    ...(page.playerId === undefined ? {} : { player_id: page.playerId }),
    event_type: 'page_view',
    event_ms: Math.round(nowMs) + viewer.skewMs,
    received_ms: Math.min(Math.round(nowMs + 40 + random.wait(400)), world.endMs),
    ...(viewer.kind.hasSequence ? { sequence: ++page.sequence } : {}),
    device: viewer.kind.device,
    country: viewer.country,
    referrer: page.referrer,
    app_version: viewer.appVersion,
    experiment: experiment.name,
    variant: viewer.variant,
    impressions,
  });
}

function next({ world, random }: Visit, last: Choice, nowMs: number, departure: Departure): Choice | undefined {
  let video = world.catalog.popular(random, nowMs);
  if (video.videoId === last.video.videoId) video = world.catalog.popular(random, nowMs);
  if (video.videoId === last.video.videoId) return undefined;
  return { video, positionS: 0, isAutoplay: departure === 'ended' };
}

/** One viewing in one page, and those that a page refresh makes of it. */
function watchOne(
  visit: Visit,
  page: Page,
  choice: Choice,
  startMs: number,
): { departure: Departure; endMs: number; nextPage: Page } {
  const { world, viewer, random } = visit;
  const { video } = choice;
  const wanted = stopRatio(video, random) * video.durationS;
  const stopAtS = choice.positionS > 0 ? Math.max(wanted, choice.positionS + random.between(5, 600)) : wanted;
  const intent = { stopAtS, isAutoplay: choice.isAutoplay, leavesBySwitch: random.chance(0.25) };
  let currentPage = page;
  let nowMs = startMs;
  let positionS = choice.positionS;
  for (let refreshes = 0; ; refreshes++) {
    const player = new TruePlayer({
      viewer,
      video,
      page: currentPage,
      startMs: nowMs,
      positionS,
      worldEndMs: world.endMs,
      heartbeats: world.heartbeats,
      random,
      sink: world.sink,
    });
    const departure = watch({ player, viewer, video, random }, intent);
    world.onViewing(player.viewing);
    positionS = player.positionS;
    nowMs = player.nowMs;
    if (departure !== 'refresh' || refreshes >= 3) {
      bookmark(viewer, video, departure === 'ended' ? 0 : positionS);
      return { departure: departure === 'refresh' ? 'silent' : departure, endMs: nowMs, nextPage: currentPage };
    }
    currentPage = openPage(visit);
    nowMs += random.between(0.8, 5) * 1000;
    // Some pages remember the place, others begin again.
    if (random.chance(0.3)) positionS = 0;
  }
}

function watchInSecondTab(visit: Visit, startMs: number): void {
  if (startMs >= visit.world.endMs) return;
  const page = openPage(visit);
  const choice = choose(visit, page, startMs);
  if (choice !== undefined) watchOne(visit, page, choice, startMs + 4000);
}

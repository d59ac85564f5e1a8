import type { SimulatedVideo } from './catalog.js';
import { Random } from './random.js';

/** What a player tells and what it keeps to itself. */
export interface PlayerKind {
  readonly name: 'web' | 'mobile' | 'tv';
  readonly device: string;
  readonly appVersions: readonly string[];
  /** False: the source has no player ids, so a viewer never opens two at once. */
  readonly hasPlayerId: boolean;
  readonly hasSequence: boolean;
  /** How a skip is told: with its origin; its target only; as pause, seek, play; not at all. */
  readonly seeks: 'with_origin' | 'target_only' | 'with_pause' | 'silent';
  readonly reportsVisibility: boolean;
  readonly reportsBuffering: boolean;
  /** Probability that a rate change is told. */
  readonly rateReported: number;
  /** Probability that leaving the page is told; else the browser is closed and nothing more comes. */
  readonly unloadReported: number;
  /** Word for play after a pause. */
  readonly playsOnWith: 'play' | 'resume';
  /** Positions are whole multiples of this. Seconds. */
  readonly positionStepS: number;
  readonly hasRates: boolean;
}

const kinds = {
  web: {
    name: 'web',
    device: 'desktop',
    appVersions: ['web-5.2.0', 'web-5.3.1'],
    hasPlayerId: true,
    hasSequence: true,
    seeks: 'with_origin',
    reportsVisibility: true,
    reportsBuffering: true,
    rateReported: 1,
    unloadReported: 0.75,
    playsOnWith: 'play',
    positionStepS: 0.001,
    hasRates: true,
  },
  webBasic: {
    name: 'web',
    device: 'desktop',
    appVersions: ['embed-2.0.4'],
    hasPlayerId: true,
    hasSequence: false,
    seeks: 'target_only',
    reportsVisibility: false,
    reportsBuffering: true,
    rateReported: 1,
    unloadReported: 0.6,
    playsOnWith: 'play',
    positionStepS: 0.01,
    hasRates: true,
  },
  mobile: {
    name: 'mobile',
    device: 'mobile',
    appVersions: ['ios-11.4', 'android-9.8', 'android-9.9'],
    hasPlayerId: true,
    hasSequence: true,
    seeks: 'with_pause',
    reportsVisibility: true,
    reportsBuffering: true,
    rateReported: 0.7,
    unloadReported: 0.55,
    playsOnWith: 'resume',
    positionStepS: 0.001,
    hasRates: true,
  },
  tablet: {
    name: 'mobile',
    device: 'tablet',
    appVersions: ['ios-11.4', 'android-9.9'],
    hasPlayerId: true,
    hasSequence: true,
    seeks: 'target_only',
    reportsVisibility: true,
    reportsBuffering: false,
    rateReported: 1,
    unloadReported: 0.6,
    playsOnWith: 'resume',
    positionStepS: 0.001,
    hasRates: true,
  },
  tv: {
    name: 'tv',
    device: 'tv',
    appVersions: ['tv-3.1'],
    hasPlayerId: false,
    hasSequence: false,
    seeks: 'silent',
    reportsVisibility: false,
    reportsBuffering: false,
    rateReported: 1,
    unloadReported: 1,
    playsOnWith: 'play',
    positionStepS: 1,
    hasRates: false,
  },
} as const satisfies Record<string, PlayerKind>;

const kindWeights = { web: 38, webBasic: 12, mobile: 30, tablet: 8, tv: 12 } as const;

/** Country, its share of the audience, and its clock. */
const countryWeights = { US: 28, DE: 14, GB: 12, IN: 18, BR: 12, JP: 10, AU: 6 } as const;
const utcOffsetH = { US: -6, DE: 1, GB: 0, IN: 5.5, BR: -3, JP: 9, AU: 10 } as const;

/** Visits by hour of the viewer's own day: a small peak at noon, a large one in the evening. */
const hourWeights = [3, 2, 1, 1, 1, 1, 2, 4, 5, 5, 5, 6, 8, 7, 5, 5, 6, 8, 11, 14, 16, 15, 11, 6];

export const experiment = {
  name: 'thumbnails_2026_10',
  variants: ['control', 'bold'],
  /** The truth of the test: how much likelier the bold thumbnail is clicked. */
  clickEffect: { control: 1, bold: 1.3 },
} as const;

export type Variant = (typeof experiment.variants)[number];

/** Where a viewer left an unfinished video. */
export interface Bookmark {
  readonly video: SimulatedVideo;
  readonly positionS: number;
}

export interface Viewer {
  readonly index: number;
  readonly userId: string;
  readonly country: keyof typeof countryWeights;
  readonly kind: PlayerKind;
  readonly appVersion: string;
  readonly variant: Variant;
  /** Probability of a visit on a given day. */
  readonly activity: number;
  /** How restless: multiplies the number of pauses, skips and so on. */
  readonly restlessness: number;
  /** This viewer's clock is wrong by so much; 0 for nearly everyone. */
  readonly skewMs: number;
  /** The newest unfinished videos, at most four. */
  readonly bookmarks: Bookmark[];
}

/** One viewer of a seed. */
export function makeViewer(seed: number, index: number): Viewer {
  const random = Random.of(seed, 'viewer', index);
  const kind = kinds[random.weighted(kindWeights)];
  return {
    index,
    userId: `u${String(index + 1).padStart(6, '0')}`,
    country: random.weighted(countryWeights),
    kind,
    appVersion: random.pick(kind.appVersions),
    variant: random.pick(experiment.variants),
    activity: Math.min(0.95, 0.02 + random.wait(0.22)),
    restlessness: Math.min(4, random.spread(1, 0.5)),
    skewMs: random.chance(0.004) ? Math.round(random.between(-3, 3) * 3_600_000) : 0,
    bookmarks: [],
  };
}

/** When the viewer's visits of one UTC day start: none on most days, in the hours of the viewer's own evening. */
export function visitStarts(viewer: Viewer, dayStartMs: number, random: Random): number[] {
  const weekday = new Date(dayStartMs).getUTCDay();
  const isWeekend = weekday === 0 || weekday === 6;
  if (!random.chance(Math.min(0.98, viewer.activity * (isWeekend ? 1.25 : 0.9)))) return [];
  const count = random.chance(0.25) ? 2 : 1;
  const starts = Array.from({ length: count }, () => {
    const localHour = Number(random.weighted(Object.fromEntries(hourWeights.map((weight, hour) => [hour, weight]))));
    const utcHour = (localHour - utcOffsetH[viewer.country] + 24) % 24;
    return dayStartMs + (Math.round((utcHour + random.share()) * 3_600_000) % 86_400_000);
  });
  return starts.sort((a, b) => a - b);
}

/** Remembers or forgets where a video was left. */
export function bookmark(viewer: Viewer, video: SimulatedVideo, positionS: number): void {
  const at = viewer.bookmarks.findIndex(({ video: known }) => known.videoId === video.videoId);
  if (at >= 0) viewer.bookmarks.splice(at, 1);
  if (positionS > 8 && positionS < video.durationS * 0.95) viewer.bookmarks.unshift({ video, positionS });
  if (viewer.bookmarks.length > 4) viewer.bookmarks.pop();
}

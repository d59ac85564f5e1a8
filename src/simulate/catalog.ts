import { Random } from './random.js';

/** How viewers fall away from a video: most leave early; evenly; at one point; hardly anyone. */
export type DropOffShape = 'intro_loss' | 'linear' | 'cliff' | 'loyal';

export interface SimulatedVideo {
  readonly videoId: string;
  readonly title: string;
  readonly durationS: number;
  readonly category: string;
  readonly publishedMs: number;
  readonly productionCost: number;
  readonly shape: DropOffShape;
  /** Where the cliff is, as a share of the duration. */
  readonly cliffAt: number;
  /** Probability that someone who sees the thumbnail clicks it, before the experiment's effect. */
  readonly appeal: number;
}

export interface Catalog {
  readonly videos: readonly SimulatedVideo[];
  /** A published video, the popular ones much more often: a long tail. */
  readonly popular: (random: Random, nowMs: number) => SimulatedVideo;
}

const categories = {
  Tutorials: { medianS: 480, subjects: ['Wiring a greenhouse', 'First sourdough', 'Bicycle brakes', 'Soldering'] },
  Talks: { medianS: 1500, subjects: ['Cities without cars', 'The price of sleep', 'Maps that lie', 'Slow software'] },
  Series: { medianS: 2600, subjects: ['Harbour lights', 'The ninth mile', 'Salt and iron', 'Winter ferry'] },
  Music: { medianS: 230, subjects: ['Night tram', 'Low tide', 'Paper lanterns', 'Northbound'] },
  News: { medianS: 150, subjects: ['The morning in brief', 'Election desk', 'Market minute', 'Weather map'] },
  Films: { medianS: 5700, subjects: ['The cartographer', 'A house by the canal', 'Glass orchard', 'Last signal'] },
} as const;

const categoryWeights = { Tutorials: 30, Talks: 18, Series: 16, Music: 16, News: 14, Films: 6 } as const;
const shapeWeights = { intro_loss: 35, linear: 30, cliff: 15, loyal: 20 } as const;
const dayMs = 86_400_000;

/** Popularity falls with the rank to this power: close to what video sites see. */
const zipfExponent = 0.95;

/** Makes the videos of a seed. A tenth of them appear during the simulated days, the rest before. */
export function makeCatalog(given: {
  readonly seed: number;
  readonly count: number;
  readonly startMs: number;
  readonly endMs: number;
}): Catalog {
  const videos = Array.from({ length: given.count }, (_, rank) => makeVideo(rank, given));
  const cumulative: number[] = [];
  let total = 0;
  for (let rank = 0; rank < videos.length; rank++) {
    total += 1 / (rank + 1) ** zipfExponent;
    cumulative.push(total);
  }
  const at = (random: Random) => videos[firstAbove(cumulative, random.share() * total)];
  return {
    videos,
    popular: (random, nowMs) => {
      for (let attempt = 0; attempt < 8; attempt++) {
        const video = at(random);
        if (video !== undefined && video.publishedMs <= nowMs) return video;
      }
      const first = videos.find(video => video.publishedMs <= nowMs) ?? videos[0];
      if (first === undefined) throw new RangeError('a catalog without videos');
      return first;
    },
  };
}

function makeVideo(rank: number, given: { seed: number; startMs: number; endMs: number }): SimulatedVideo {
  const random = Random.of(given.seed, 'video', rank);
  const category = random.weighted(categoryWeights);
  const { medianS, subjects } = categories[category];
  const isNew = rank > 0 && random.chance(0.1);
  const publishedMs = isNew
    ? random.between(given.startMs, given.endMs)
    : given.startMs - random.between(1, 400) * dayMs;
  const durationS = Math.round(Math.min(Math.max(random.spread(medianS, 0.45), 20), 10_800) * 10) / 10;
  return {
    videoId: `v${String(rank + 1).padStart(4, '0')}`,
    title: `${random.pick(subjects)}, part ${rank + 1}`,
    durationS,
    category,
    publishedMs: Math.floor(publishedMs / 3_600_000) * 3_600_000,
    productionCost: Math.round(random.spread(20 * durationS ** 0.7, 0.6)),
    shape: random.weighted(shapeWeights),
    cliffAt: random.between(0.35, 0.7),
    appeal: random.between(0.03, 0.16),
  };
}

/** Where a viewer who starts from the beginning wants to stop, as a share of the duration; 1 is the end. */
export function stopRatio({ shape, cliffAt }: SimulatedVideo, random: Random): number {
  switch (shape) {
    case 'intro_loss':
      if (random.chance(0.4)) return Math.min(random.wait(0.05), 1);
      return random.chance(0.55) ? 1 : random.between(0.1, 1);
    case 'linear':
      return random.chance(0.3) ? 1 : random.share();
    case 'cliff':
      if (random.chance(0.15)) return random.between(0, cliffAt);
      if (random.chance(0.5)) return cliffAt + random.between(-0.02, 0.02);
      return random.chance(0.85) ? 1 : random.between(cliffAt, 1);
    case 'loyal':
      return random.chance(0.75) ? 1 : random.between(0.05, 1);
  }
}

/** Index of the first entry above `value` in a rising list. */
export function firstAbove(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? Number.POSITIVE_INFINITY) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { makeFolder } from '#warehouse';
import { experiment, makeViewer, type Viewer, visitStarts } from './audience.js';
import { makeCatalog, type SimulatedVideo } from './catalog.js';
import { type Arrival, arrivals, noDirt } from './dirt.js';
import { NdjsonFile } from './files.js';
import type { ReportedEvent, Viewing } from './player.js';
import { Random } from './random.js';
import { truthOf } from './truth.js';
import { makeVisit } from './visit.js';

export interface GenerateOptions {
  /** Where the files go; made where it does not exist. */
  readonly folder: string;
  readonly users: number;
  readonly videos: number;
  readonly days: number;
  readonly seed: number;
  /** The last instant of the simulated world; nothing happens or arrives after it. */
  readonly until: Date;
  /** Players also tell their position every 10 s of play. */
  readonly heartbeats?: boolean | undefined;
  /** Share of events beside which a row is dirty, 0 to 1. */
  readonly dirtyRatio?: number | undefined;
  readonly onDay?: ((done: number, total: number) => void) | undefined;
}

export const manifestSchema = z.object({
  seed: z.number(),
  users: z.number(),
  videos: z.number(),
  days: z.number(),
  from: z.string(),
  until: z.string(),
  heartbeats: z.boolean(),
  dirty_ratio: z.number(),
  /** Names relative to the folder. */
  event_files: z.array(z.string()),
  catalog_file: z.string(),
  event_rows: z.number(),
  rejected_rows: z.number(),
  dirt: z.record(z.string(), z.number()),
  viewings: z.number(),
  /** Seconds on the clock that were really watched, in total and by video. */
  watched_s: z.number(),
  watched_by_video_s: z.record(z.string(), z.number()),
  /** The part of it that no event can prove: it played after the viewing's last event (a closed browser). */
  unreported_tail_s: z.number(),
  /** Viewings of which an event lost its position on the way. */
  damaged_players: z.array(z.string()),
  experiment: z.object({ name: z.string(), click_effect: z.record(z.string(), z.number()) }),
});

/** What was generated: sizes, files, and the truth in total. */
export type GenerateManifest = z.infer<typeof manifestSchema>;

const dayMs = 86_400_000;
/** Arrivals are sorted by when they came in runs of this many, so that memory does not grow with the day. */
const runLength = 50_000;

/**
 * Simulates viewers with intent and writes the events that their players report (`events-<day>.ndjson.gz`, by the day
 * on which they arrive), the video catalog (`videos.ndjson`) and what was really watched (`truth/`).
 * The same options give the same bytes. @throws DATA_NOT_WRITABLE, DATA_DISK_FULL
 */
export async function generate(options: GenerateOptions): Promise<GenerateManifest> {
  await prepareFolder(options.folder);
  const simulation = new Simulation(options);
  const firstDayMs = Math.floor(simulation.startMs / dayMs) * dayMs;
  const totalDays = Math.ceil((simulation.endMs - firstDayMs) / dayMs);
  for (let day = 0; day < totalDays; day++) {
    await simulation.liveThrough(firstDayMs + day * dayMs);
    options.onDay?.(day + 1, totalDays);
  }
  return simulation.finish();
}

class Simulation {
  readonly startMs: number;
  readonly endMs: number;
  readonly #options: GenerateOptions;
  readonly #viewers: readonly Viewer[];
  readonly #catalog;
  readonly #dirt = noDirt();
  readonly #damaged = new Set<string>();
  readonly #watchedByVideo = new Map<string, number>();
  readonly #eventFiles: string[] = [];
  readonly #sessionsFile: NdjsonFile;
  readonly #watchedFile: NdjsonFile;
  /** What arrives on a later day than the one being simulated, by day. */
  readonly #later = new Map<number, Arrival[]>();
  #eventRows = 0;
  #tailS = 0;

  constructor(options: GenerateOptions) {
    this.#options = options;
    this.endMs = options.until.getTime();
    this.startMs = this.endMs - options.days * dayMs;
    const { seed } = options;
    this.#catalog = makeCatalog({ seed, count: options.videos, startMs: this.startMs, endMs: this.endMs });
    this.#viewers = Array.from({ length: options.users }, (_, index) => makeViewer(seed, index));
    this.#sessionsFile = new NdjsonFile(join(options.folder, 'truth', 'sessions.ndjson'));
    this.#watchedFile = new NdjsonFile(join(options.folder, 'truth', 'watched.ndjson'));
  }

  /** All visits that begin on one UTC day, and the file of what arrives on it. */
  async liveThrough(dayStartMs: number): Promise<void> {
    const name = `events-${new Date(dayStartMs).toISOString().slice(0, 10)}.ndjson.gz`;
    const file = new NdjsonFile(join(this.#options.folder, name));
    let run = this.#later.get(dayStartMs) ?? [];
    this.#later.delete(dayStartMs);
    const write = async () => {
      for (const { row } of run.sort((a, b) => a.receivedMs - b.receivedMs)) {
        file.add(row);
        await file.settle();
      }
      run = [];
    };
    const isLastDay = dayStartMs + dayMs >= this.endMs;
    const arrive = (arrival: Arrival) => {
      const dayOfArrival = Math.floor(arrival.receivedMs / dayMs) * dayMs;
      if (dayOfArrival <= dayStartMs || isLastDay) run.push(arrival);
      else this.#laterOn(dayOfArrival, arrival);
    };
    for (const viewer of this.#viewers) {
      this.#liveOneDay(viewer, dayStartMs, arrive);
      await this.#sessionsFile.settle();
      await this.#watchedFile.settle();
      if (run.length >= runLength) await write();
    }
    await write();
    await file.close();
    this.#eventFiles.push(name);
    this.#eventRows += file.rowCount;
  }

  #laterOn(day: number, arrival: Arrival): void {
    const lastDay = Math.floor((this.endMs - 1) / dayMs) * dayMs;
    const key = Math.min(day, lastDay);
    const list = this.#later.get(key);
    if (list === undefined) this.#later.set(key, [arrival]);
    else list.push(arrival);
  }

  #liveOneDay(viewer: Viewer, dayStartMs: number, arrive: (arrival: Arrival) => void): void {
    const { seed, heartbeats, dirtyRatio } = this.#options;
    const random = Random.of(seed, 'visits', viewer.index, dayStartMs);
    // The dirt has numbers of its own, so that a dirtier file tells of the same viewings.
    const dirtRandom = Random.of(seed, 'dirt', viewer.index, dayStartMs);
    const dirt = {
      ratio: dirtyRatio ?? 0,
      endMs: this.endMs,
      random: dirtRandom,
      counts: this.#dirt,
      onDamaged: ({ user_id, video_id, player_id }: ReportedEvent) =>
        this.#damaged.add([user_id, video_id, player_id ?? ''].join('/')),
    };
    let viewingCount = 0;
    const world = {
      catalog: this.#catalog,
      endMs: this.endMs,
      heartbeats: heartbeats ?? false,
      sink: (event: ReportedEvent) => {
        for (const arrival of arrivals(event, dirt)) arrive(arrival);
      },
      onViewing: (viewing: Viewing) =>
        this.#remember(viewing, `${viewer.userId}-${dayStartMs / dayMs}-${++viewingCount}`),
    };
    let freeFromMs = 0;
    for (const startMs of visitStarts(viewer, dayStartMs, random)) {
      if (startMs < this.startMs || startMs >= this.endMs || startMs < freeFromMs) continue;
      freeFromMs = makeVisit({ world, viewer, random }, startMs);
    }
  }

  #remember(viewing: Viewing, viewingId: string): void {
    const { session, stretches } = truthOf(viewing, viewingId);
    this.#sessionsFile.add(session);
    for (const stretch of stretches) this.#watchedFile.add(stretch);
    this.#watchedByVideo.set(session.video_id, (this.#watchedByVideo.get(session.video_id) ?? 0) + session.watched_s);
    this.#tailS += session.unreported_tail_s;
  }

  async finish(): Promise<GenerateManifest> {
    const { folder, users, days, seed, videos, heartbeats, dirtyRatio } = this.#options;
    const catalogFile = new NdjsonFile(join(folder, 'videos.ndjson'));
    for (const video of this.#catalog.videos) catalogFile.add(catalogRow(video));
    await Promise.all([catalogFile.close(), this.#sessionsFile.close(), this.#watchedFile.close()]);
    const { duplicates: _, late: __, bad_position: ___, ...rejected } = this.#dirt;
    const byVideo = [...this.#watchedByVideo].sort(([a], [b]) => (a < b ? -1 : 1));
    const manifest: GenerateManifest = {
      seed,
      users,
      videos,
      days,
      from: new Date(this.startMs).toISOString(),
      until: new Date(this.endMs).toISOString(),
      heartbeats: heartbeats ?? false,
      dirty_ratio: dirtyRatio ?? 0,
      event_files: this.#eventFiles,
      catalog_file: 'videos.ndjson',
      event_rows: this.#eventRows,
      rejected_rows: Object.values(rejected).reduce((sum, count) => sum + count, 0),
      dirt: { ...this.#dirt },
      viewings: this.#sessionsFile.rowCount,
      watched_s: byVideo.reduce((sum, [, seconds]) => sum + seconds, 0),
      watched_by_video_s: Object.fromEntries(byVideo),
      unreported_tail_s: this.#tailS,
      damaged_players: [...this.#damaged].sort(),
      experiment: { name: experiment.name, click_effect: { ...experiment.clickEffect } },
    };
    writeFileSync(join(folder, 'truth', 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  }
}

function catalogRow(video: SimulatedVideo): Record<string, unknown> {
  return {
    video_id: video.videoId,
    title: video.title,
    duration_s: video.durationS,
    category: video.category,
    published_at: new Date(video.publishedMs).toISOString(),
    production_cost: video.productionCost,
  };
}

/** Reads the manifest of a generated folder. @throws DATA_NOT_FOUND */
export function readManifest(folder: string): GenerateManifest {
  const path = join(folder, 'truth', 'manifest.json');
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new PlayheadError({
      code: 'DATA_NOT_FOUND',
      at: path,
      message: 'no generated truth lies here',
      hint: 'playhead generate writes it',
      cause,
    });
  }
}

/** Makes the folder, and takes away the event files that an earlier run of ours left in it. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await makeFolder(join(folder, 'truth'));
    for (const name of earlierEventFiles(folder)) rmSync(join(folder, name), { force: true });
  } catch (cause) {
    throw new PlayheadError({
      code: 'DATA_NOT_WRITABLE',
      at: folder,
      message: cause instanceof Error ? cause.message : 'the folder cannot be made',
      hint: 'choose another folder with --out',
      cause,
    });
  }
}

function earlierEventFiles(folder: string): readonly string[] {
  try {
    return readManifest(folder).event_files.filter(name => /^events-[\d-]+\.ndjson\.gz$/.test(name));
  } catch {
    // No manifest: nothing of ours lies here.
    return [];
  }
}

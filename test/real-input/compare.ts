import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { configSchema } from '#config';
import { ingestFiles, openJobLake, runJob } from '#job';
import { sql } from '#sql';
import { tables } from '#tables';

/** One viewer's page: `video.played` as the browser told it before the page closed. Seconds. */
export const viewingsSchema = z.array(
  z.object({ user: z.string(), video: z.string(), played: z.array(z.tuple([z.number(), z.number()])) }),
);
export type Viewings = z.infer<typeof viewingsSchema>;

export interface Compared {
  readonly user: string;
  /** Length of the browser's own played ranges. */
  readonly played_s: number;
  /** What the job says of the same viewer. */
  readonly unique_watch_s: number;
  readonly difference_s: number;
  /** 0.5 s or 1 %, whichever is more. */
  readonly allowed_s: number;
}

/** Takes the logged events in with the html5 preset, runs the job, and puts its unique watch time beside the browser's. */
export async function compareWithBrowser(events: string, viewings: Viewings): Promise<Compared[]> {
  const data = await mkdtemp(join(tmpdir(), 'playhead-real-'));
  const config = configSchema.parse({ data });
  const { lake, engine, close } = await openJobLake(config);
  const clock = () => new Date('2026-11-25T12:00:00Z');
  try {
    const [input] = await ingestFiles({ lake, engine, config, files: [events], preset: 'html5', clock });
    if (input?.rejectedCount !== 0) throw new Error(`rejected: ${JSON.stringify(input?.rejections)}`);
    await runJob({ lake, engine, config, clock, mode: 'full' });
    const rows = await engine.query(sql`select user_id, unique_watch_s from ${await lake.read(tables.user_videos)}`);
    const unique = new Map(
      z
        .array(z.object({ user_id: z.string(), unique_watch_s: z.number() }))
        .parse(rows)
        .map(row => [row.user_id, row.unique_watch_s]),
    );
    return viewings.map(({ user, played }) => {
      const played_s = played.reduce((sum, [from, to]) => sum + to - from, 0);
      const unique_watch_s = unique.get(user) ?? 0;
      return {
        user,
        played_s,
        unique_watch_s,
        difference_s: Math.abs(unique_watch_s - played_s),
        allowed_s: Math.max(0.5, played_s / 100),
      };
    });
  } finally {
    await close();
    await rm(data, { recursive: true, force: true });
  }
}

import { join } from 'node:path';
import type { Command } from 'commander';
import { type ErrorCode, PlayheadError } from '#errors';
import { ingestFiles, ingestVideos, openJobLake } from '#job';
import { generate } from '#simulate';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { assertPortsFree } from './ports.js';
import { serve, serveOptionsSchema } from './serve.js';
import { jobReport, runOnce } from './sessionize.js';
import { openStopSignal } from './stop-signal.js';

/** A month of a small audience: made, taken in and sessionized within seconds, and enough to look real. */
const demo = { users: 400, videos: 30, days: 30, seed: 1, dirtyRatio: 0.005 } as const;

/** Why the job may not have run without the doors staying shut. */
const servedOn: ReadonlySet<ErrorCode> = new Set(['DATA_LOCKED', 'JOB_DEFINITIONS_CHANGED']);

/** `playhead up`: what `npm start` runs. */
export function registerUp(program: Command): void {
  program
    .command('up')
    .description('Demo data where there is none, the job once, then all doors: the whole product with one command.')
    .option('--every <interval>', 'also run the job every so often while serving (30s, 5m, 1h)')
    .action(async (options: unknown, command: Command) => {
      const context = contextOf(command);
      const { every } = parseOptions(serveOptionsSchema, options);
      const stop = openStopSignal();
      try {
        await assertPortsFree(context.config);
        await prepareTables(context);
        if (!stop.signal.aborted) await serve(context, { everyMs: every, signal: stop.signal });
      } finally {
        stop.close();
      }
    });
}

/** Leaves tables that can be served: demo data where no events are, and the job run over what is there. */
export async function prepareTables(context: CommandContext): Promise<void> {
  const { config, note } = context;
  if (!(await hasEvents(context))) {
    note(`No events in ${config.data} yet: making demo data`);
    await makeDemo(context);
  }
  try {
    note(jobReport(await runOnce(context, 'incremental')).text);
  } catch (error) {
    // Somebody else is bringing the tables up to date, or a changed definition asks for a full run, which nobody wants
    // by surprise: what was served last can be served on.
    if (!(error instanceof PlayheadError) || !servedOn.has(error.code)) throw error;
    note(error.line);
  }
}

async function hasEvents({ config }: CommandContext): Promise<boolean> {
  const { lake, close } = await openJobLake(config);
  try {
    return (await lake.version('events')) !== undefined;
  } finally {
    await close();
  }
}

/** Simulated viewers up to this moment. Their truth stays beside the tables, for `validate`. */
async function makeDemo({ config, progress }: CommandContext): Promise<void> {
  const folder = join(config.data, '.demo');
  const days = progress('Simulating days', demo.days);
  const manifest = await generate({ ...demo, folder, until: new Date(), onDay: days.update });
  days.stop();
  const { lake, engine, close } = await openJobLake(config);
  const taken = progress('Taking in', manifest.event_files.length);
  try {
    await ingestVideos({ lake, engine, file: join(folder, manifest.catalog_file) });
    const files = manifest.event_files.map(name => join(folder, name));
    // The simulator writes canonical names, whatever mapping the configuration has for other sources.
    const { mapping: _, ...canonical } = config;
    await ingestFiles({
      lake,
      engine,
      config: canonical,
      preset: 'canonical',
      files,
      clock: () => new Date(),
      onProgress: taken.update,
    });
  } finally {
    taken.stop();
    await close();
  }
}

import { type Delivery, deliver, type Incident, openSinks, readIncidents, type Sink, watchAlerts } from '#alerts';
import { readRunHistory } from '#job';
import { sql } from '#sql';
import type { Engine, FolderLake } from '#warehouse';
import { type DataFolder, openDataFolder, type Reported } from '../job/data-folder.js';

/** A data folder with a clock that the test sets, and what the alerts make of it. */
export interface AlertFolder extends DataFolder {
  /** Looks at every condition at an instant. */
  watch(now: Date, through?: Through): Promise<readonly Incident[]>;
  deliver(now: Date, sinks: ReadonlyMap<string, Sink>, through?: Through): Promise<Delivery[]>;
  incidents(): Promise<Incident[]>;
}

/** Another engine to work through: one that fails, say. */
export interface Through {
  readonly engine: Engine;
  readonly lake: FolderLake;
}

export async function openAlertFolder(settings: object = {}, copyOf?: DataFolder): Promise<AlertFolder> {
  const folder = await openDataFolder(settings, copyOf);
  const { lake, config } = folder;
  const usual: Through = { lake, engine: lake.engine };
  return {
    ...folder,
    watch: async (now, { lake, engine } = usual) => {
      const { finished: served } = await readRunHistory(lake, engine);
      if (served === undefined) throw new Error('no run has finished');
      return watchAlerts({ lake, engine, config, served, now }, openSinks(config.alerts, quiet).keys());
    },
    deliver: (now, sinks, store = usual) =>
      deliver({ store, config: config.alerts, sinks, clock: () => now, sleep: async () => {} }),
    incidents: () => readIncidents(usual, sql`true`),
  };
}

const quiet = { clock: () => new Date(0), log: () => {} };

/** When stories in data folders begin. */
export const storyStart = Date.UTC(2026, 0, 1);

/** Viewings of a video, one user each: played to its end, or left after the given seconds. */
export function viewings(
  count: number,
  {
    from_s,
    video = 'v1',
    leftAfter_s,
    name,
  }: { readonly from_s: number; readonly video?: string; readonly leftAfter_s?: number; readonly name: string },
): Reported[] {
  return Array.from({ length: count }, (_, i) => {
    const about = { user: `${name}-${i}`, video, player: `${name}-${i}`, duration_s: 100 };
    const at_s = from_s + i;
    const end = leftAfter_s ?? 100;
    return [
      { ...about, id: `${name}-${i}-1`, type: 'play', at_s, position_s: 0 },
      {
        ...about,
        id: `${name}-${i}-2`,
        type: leftAfter_s === undefined ? 'ended' : 'unload',
        at_s: at_s + end,
        position_s: end,
      },
    ];
  }).flat();
}

import type * as drawings from '#charts';

/** What draws, once it is loaded. */
export type Charts = typeof drawings;

let loading: Promise<Charts> | undefined;
let loaded: Charts | undefined;

export function loadCharts(): Promise<Charts> {
  loading ??= import('#charts').then(
    found => {
      loaded = found;
      return found;
    },
    (error: unknown) => {
      // The network may be back when the next drawing asks.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** What draws, where it is there already: printing does not wait. */
export const chartsAtHand = (): Charts | undefined => loaded;

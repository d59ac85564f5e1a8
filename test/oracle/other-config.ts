import { configSchema } from '#config';

/** Every threshold elsewhere than by default. */
export const otherConfig = configSchema.parse({
  sessionization: {
    session_timeout_s: 600,
    tolerance_s: 3,
    tolerance_ratio: 0.05,
    valid_completion_ratio: 0.5,
    zero_watch_s: 5,
    tail_policy: 'cap',
    tail_cap_s: 20,
    tab_switch_pause_s_min: 10,
    tab_switch_pause_s_max: 300,
    refresh_gap_s_max: 200,
  },
  engagement: {
    version: 7,
    weights: { watch_ratio: 50, completions: 20, sessions: 30 },
    saturation: { watch_ratio: 0.5, completions: 2, sessions: 3 },
    tiers: { high: 60, medium: 30, low: 10 },
  },
});

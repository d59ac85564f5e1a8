import { eventTypes } from '#tables';
import { canonicalNames } from '../canonical.js';
import type { Preset } from '../preset.js';

/** Playhead's own names: DESIGN.md section 3. */
export const canonical: Preset = {
  name: 'canonical',
  title: "Playhead's own event names and columns",
  columns: Object.fromEntries(canonicalNames.map(name => [name, [name]])),
  events: Object.fromEntries(eventTypes.map(type => [type, type])),
};

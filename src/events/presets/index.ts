/** The vocabularies that ship with Playhead, one file each. docs/presets.md shows what each event becomes. */
import type { Preset } from '../preset.js';
import { canonical } from './canonical.js';
import { edx } from './edx.js';
import { html5 } from './html5.js';
import { mux } from './mux.js';
import { segment } from './segment.js';
import { snowplow } from './snowplow.js';

export const presets: readonly Preset[] = [canonical, segment, snowplow, edx, html5, mux];

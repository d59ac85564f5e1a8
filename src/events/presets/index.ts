/** The vocabularies that ship with Playhead, one file each. docs/presets.md shows what each event becomes. */
import type { Preset } from '../preset.js';
import { canonical } from './canonical.js';
import { html5 } from './html5.js';

export const presets: readonly Preset[] = [canonical, html5];

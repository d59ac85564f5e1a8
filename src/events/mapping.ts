import type { Mapping } from '#config';
import { PlayheadError } from '#errors';
import { eventTypes } from '#tables';
import { type CanonicalColumn, canonicalNames, isCanonicalColumn } from './canonical.js';
import type { EventRule, EventTarget, Preset } from './preset.js';
import { presets } from './presets/index.js';
import { parseSourcePath, type SourcePath } from './source-path.js';

/** A mapping with its preset laid under it, every path read and every name checked. */
export interface ResolvedMapping {
  readonly preset: string;
  readonly columns: Readonly<Record<CanonicalColumn, readonly SourcePath[]>>;
  /** Columns that the configuration names itself: their sources have to exist. */
  readonly written: ReadonlySet<CanonicalColumn>;
  readonly constants: Readonly<Partial<Record<CanonicalColumn, string>>>;
  readonly events: ReadonlyMap<string, EventRule>;
  /** A name that is not listed is rejected when it contains one of these; undefined: always. */
  readonly ownWords: readonly string[] | undefined;
  readonly timeFormat: string;
  readonly positionUnit: 's' | 'ms';
}

/** The preset of that name. @throws PRESET_UNKNOWN */
export function findPreset(name: string): Preset {
  const found = presets.find(preset => preset.name === name.toLowerCase());
  if (found !== undefined) return found;
  throw new PlayheadError({
    code: 'PRESET_UNKNOWN',
    message: `there is no preset "${name}"`,
    hint: `the presets are ${presets.map(preset => preset.name).join(', ')}`,
  });
}

/**
 * Lays the configured mapping over its preset. `presetName` (the command line) wins over `mapping.preset`; a mapping
 * that was written for another preset is then left aside.
 * @throws PRESET_UNKNOWN, MAPPING_UNKNOWN_FIELD, CONFIG_INVALID
 */
export function resolveMapping(written: Mapping | undefined, presetName?: string): ResolvedMapping {
  const preset = findPreset(presetName ?? written?.preset ?? 'canonical');
  const isMeant = written?.preset === undefined || findPreset(written.preset) === preset;
  const mapping = isMeant ? written : undefined;
  const own = Object.fromEntries(Object.entries(mapping?.columns ?? {}).map(([name, path]) => [name, [path].flat()]));
  const names = Object.keys({ ...own, ...mapping?.constants });
  for (const name of names) assertCanonical(name);
  return {
    preset: preset.name,
    columns: columnsOf({ ...preset.columns, ...own }),
    written: new Set(Object.keys(own).filter(isCanonicalColumn)),
    constants: Object.fromEntries(Object.entries(mapping?.constants ?? {}).map(([name, value]) => [name, `${value}`])),
    events: eventsOf(preset, mapping?.events ?? {}),
    ownWords: ownWordsOf(preset, mapping?.unknown_events),
    timeFormat: mapping?.time_format ?? preset.timeFormat ?? 'auto',
    positionUnit: mapping?.position_unit ?? preset.positionUnit ?? 's',
  };
}

function columnsOf(
  paths: Readonly<Partial<Record<string, readonly string[]>>>,
): Record<CanonicalColumn, readonly SourcePath[]> {
  const of = (name: CanonicalColumn) => (paths[name] ?? []).map(parseSourcePath);
  return {
    event_id: of('event_id'),
    user_id: of('user_id'),
    video_id: of('video_id'),
    player_id: of('player_id'),
    event_type: of('event_type'),
    event_time: of('event_time'),
    received_at: of('received_at'),
    sequence: of('sequence'),
    position_s: of('position_s'),
    seek_from_s: of('seek_from_s'),
    duration_s: of('duration_s'),
    playback_rate: of('playback_rate'),
    autoplay: of('autoplay'),
    muted: of('muted'),
    visible: of('visible'),
    device: of('device'),
    country: of('country'),
    referrer: of('referrer'),
    app_version: of('app_version'),
    experiment: of('experiment'),
    variant: of('variant'),
    impressions: of('impressions'),
  };
}

function eventsOf(preset: Preset, own: Readonly<Record<string, string | null>>): Map<string, EventRule> {
  const rules = new Map<string, EventRule>(Object.entries(preset.events));
  for (const [name, target] of Object.entries(own)) rules.set(name.trim().toLowerCase(), targetOf(name, target));
  return rules;
}

function targetOf(name: string, written: string | null): EventTarget {
  if (written === null) return null;
  const target = eventTypes.find(type => type === written.trim().toLowerCase());
  if (target !== undefined) return target;
  throw new PlayheadError({
    code: 'MAPPING_UNKNOWN_FIELD',
    at: `mapping.events.${name}`,
    message: `"${written}" is no event type`,
    hint: `the event types are ${eventTypes.join(', ')}; null leaves the event out`,
  });
}

function ownWordsOf(preset: Preset, unknownEvents: 'reject' | 'leave_out' | undefined): readonly string[] | undefined {
  switch (unknownEvents) {
    case 'reject':
      return undefined;
    case 'leave_out':
      return [];
    case undefined:
      return preset.ownWords;
  }
}

function assertCanonical(name: string): void {
  if (isCanonicalColumn(name)) return;
  throw new PlayheadError({
    code: 'MAPPING_UNKNOWN_FIELD',
    at: `mapping.columns.${name}`,
    message: `an event has no column "${name}"`,
    hint: `it has: ${canonicalNames.join(', ')}`,
  });
}

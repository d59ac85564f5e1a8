import type { EventRule, Preset } from '../preset.js';

/** The spec's names; warehouses store the same ones in snake_case. */
const events: Readonly<Record<string, EventRule>> = {
  'Video Playback Started': 'play',
  'Video Playback Paused': 'pause',
  'Video Playback Resumed': 'resume',
  // Something other than the viewer stopped it (a call, a lost network); a resume or a start may follow.
  'Video Playback Interrupted': 'unload',
  'Video Playback Buffer Started': 'buffer_start',
  'Video Playback Buffer Completed': 'buffer_end',
  // Tells where the seek left; the completed one tells where it arrived.
  'Video Playback Seek Started': 'heartbeat',
  'Video Playback Seek Completed': 'seek',
  'Video Playback Completed': 'ended',
  'Video Playback Exited': 'unload',
  'Video Playback Quality Updated': null,
  'Video Quality Updated': null,
  // After a pre-roll ad it starts the content; right after `Playback Started` it changes nothing.
  'Video Content Started': 'play',
  'Video Content Playing': 'heartbeat',
  // One of several pods may be over while the video goes on.
  'Video Content Completed': { atEnd: 'ended', otherwise: 'heartbeat' },
  // Ads never count as content.
  'Video Ad Started': null,
  'Video Ad Playing': null,
  'Video Ad Completed': null,
};

const bothForms = Object.entries(events).flatMap(([name, rule]) => {
  const lower = name.toLowerCase();
  return [[lower, rule] as const, [lower.replaceAll(' ', '_'), rule] as const];
});

/** A property as the tracking call nests it, and as warehouses and exports flatten it. */
const property = (name: string): string[] => [`$.properties.${name}`, name, `properties_${name}`, `properties.${name}`];
const context = (...path: readonly string[]): string[] => [
  `$.context.${path.join('.')}`,
  `context_${path.join('_')}`,
  `context.${path.join('.')}`,
];

/** Segment's and RudderStack's video events. */
export const segment: Preset = {
  name: 'segment',
  title: 'Segment and RudderStack video events',
  columns: {
    event_id: ['messageId', 'message_id', 'id'],
    user_id: ['userId', 'user_id', 'anonymousId', 'anonymous_id'],
    video_id: [
      ...property('content_asset_id'),
      '$.properties.content_asset_ids[0]',
      ...property('asset_id'),
      ...property('video_id'),
    ],
    player_id: property('session_id'),
    event_type: ['event_text', 'event', 'type'],
    event_time: ['timestamp', 'originalTimestamp', 'original_timestamp', 'sentAt', 'sent_at'],
    received_at: ['receivedAt', 'received_at'],
    position_s: property('position'),
    duration_s: property('total_length'),
    playback_rate: property('playback_rate'),
    device: [...context('device', 'type'), ...context('device', 'model')],
    country: context('location', 'country'),
    referrer: context('page', 'referrer'),
    app_version: context('app', 'version'),
    experiment: property('experiment'),
    variant: property('variant'),
  },
  events: Object.fromEntries(bothForms),
  ownWords: ['video'],
};

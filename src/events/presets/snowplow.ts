import type { EventRule, Preset } from '../preset.js';
import { html5 } from './html5.js';

/** Version 2: one schema an event. */
const version2: Readonly<Record<string, EventRule>> = {
  ready_event: 'load',
  play_event: 'play',
  pause_event: { atEnd: null, otherwise: 'pause' },
  end_event: 'ended',
  // Some players report the origin here, some already the target; the job merges both with the seek that follows.
  seek_start_event: 'heartbeat',
  seek_end_event: 'seek',
  playback_rate_change_event: 'rate_change',
  ping_event: 'heartbeat',
  percent_progress_event: 'heartbeat',
  buffer_start_event: 'buffer_start',
  buffer_end_event: 'buffer_end',
  error_event: 'error',
  volume_change_event: null,
  fullscreen_change_event: null,
  picture_in_picture_change_event: null,
  quality_change_event: null,
  // Ads never count as content.
  ad_break_start_event: null,
  ad_break_end_event: null,
  ad_start_event: null,
  ad_first_quartile_event: null,
  ad_midpoint_event: null,
  ad_third_quartile_event: null,
  ad_complete_event: null,
  ad_skip_event: null,
  ad_click_event: null,
  ad_pause_event: null,
  ad_resume_event: null,
};

/** Version 1: `media_player_event` with the media element's or the YouTube player's own name in `type`. */
const version1: Readonly<Record<string, EventRule>> = {
  ...html5.events,
  ready: 'load',
  seek: 'seek',
  buffering: 'buffer_start',
  percentprogress: 'heartbeat',
  playbackratechange: 'rate_change',
  playbackqualitychange: null,
  unstarted: null,
  cued: null,
  apichange: null,
  media_player_event: null,
};

const player2 = 'contexts_com_snowplowanalytics_snowplow_media_player_2';
const player1 = 'contexts_com_snowplowanalytics_snowplow_media_player_1';
const mediaSession = 'contexts_com_snowplowanalytics_snowplow_media_session_1';
const mediaElement = 'contexts_org_whatwg_media_element_1';
const youtube = 'contexts_com_youtube_youtube_1';
const event1 = 'unstruct_event_com_snowplowanalytics_snowplow_media_player_event_1';
const rateChange = 'unstruct_event_com_snowplowanalytics_snowplow_media_playback_rate_change_event_1';

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
/** A property of an entity: enriched JSON writes camelCase, warehouses snake_case, some a list of one, some the entity itself. */
const entity = (name: string, property: string): string[] =>
  [...new Set([property, snake(property)])].flatMap(written => [`$.${name}[0].${written}`, `$.${name}.${written}`]);
const ofPlayer = (property: string): string[] => [
  ...entity(player2, property),
  ...entity(player1, property),
  ...new Set([`media_player_${snake(property)}`, snake(property)]),
];

/** Snowplow media events, both versions, as enriched JSON or from a warehouse's events table. */
export const snowplow: Preset = {
  name: 'snowplow',
  title: 'Snowplow media events, versions 1 and 2',
  columns: {
    event_id: ['event_id'],
    user_id: ['user_id', 'domain_userid', 'network_userid'],
    video_id: [
      'media_identifier',
      ...entity(player2, 'label'),
      `$.${event1}.label`,
      ...entity(mediaElement, 'htmlId'),
      ...entity(youtube, 'playerId'),
      ...entity(mediaElement, 'currentSrc'),
      'media_label',
    ],
    player_id: [...entity(mediaSession, 'mediaSessionId'), 'media_session_id', 'page_view_id'],
    event_type: [`$.${event1}.type`, 'media_event_type', 'event_name'],
    event_time: ['derived_tstamp', 'dvce_created_tstamp', 'collector_tstamp'],
    received_at: ['collector_tstamp', 'load_tstamp'],
    position_s: ofPlayer('currentTime'),
    duration_s: ofPlayer('duration'),
    playback_rate: [...entity(rateChange, 'newRate'), ...ofPlayer('playbackRate')],
    muted: ofPlayer('muted'),
    device: ['dvce_type', 'platform'],
    country: ['geo_country'],
    referrer: ['page_referrer'],
    app_version: ['app_version'],
  },
  events: { ...version1, ...version2, page_ping: null },
  ownWords: ['media_player', 'seek_', 'buffer_'],
};

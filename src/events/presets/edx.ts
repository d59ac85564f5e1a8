import type { Preset } from '../preset.js';

/** A field of the payload, which is JSON in a string (browser) or an object (mobile, server). */
const payload = (...names: readonly string[]): string[] => [...names.map(name => `$.event > $.${name}`), ...names];

/** Tracking logs of Open edX: the video events of browsers and of the mobile apps. */
export const edx: Preset = {
  name: 'edx',
  title: 'Open edX tracking logs',
  columns: {
    user_id: ['$.context.user_id', 'user_id', 'username'],
    video_id: ['$.event > $.id', '$.event > $.module_id', 'video_id', 'module_id'],
    player_id: ['session'],
    event_type: ['event_type', 'name'],
    event_time: ['time'],
    received_at: ['$.context.received_at', 'received_at'],
    position_s: payload('new_time', 'currentTime', 'current_time'),
    seek_from_s: payload('old_time'),
    duration_s: payload('duration'),
    playback_rate: payload('new_speed', 'speed'),
    device: ['$.context.client.device.model', 'device'],
    country: ['$.context.client.ip_country', 'country'],
    referrer: ['referer'],
    app_version: ['$.context.client.app.version', 'app_version'],
  },
  events: {
    load_video: 'load',
    'edx.video.loaded': 'load',
    play_video: 'play',
    'edx.video.played': 'play',
    // The player pauses right before it stops at the end.
    pause_video: { atEnd: null, otherwise: 'pause' },
    'edx.video.paused': { atEnd: null, otherwise: 'pause' },
    // Sent when the end of the video is reached.
    stop_video: 'ended',
    'edx.video.stopped': 'ended',
    seek_video: 'seek',
    'edx.video.position.changed': 'seek',
    speed_change_video: 'rate_change',
    'edx.video.speed.changed': 'rate_change',
    complete_video: null,
    'edx.video.completed': null,
    show_transcript: null,
    hide_transcript: null,
    'edx.video.transcript.shown': null,
    'edx.video.transcript.hidden': null,
    'edx.video.closed_captions.shown': null,
    'edx.video.closed_captions.hidden': null,
    'edx.video.language_menu.shown': null,
    'edx.video.language_menu.hidden': null,
    video_show_cc_menu: null,
    video_hide_cc_menu: null,
    // Bumpers are a short film before the video: no content.
    'edx.video.bumper.loaded': null,
    'edx.video.bumper.played': null,
    'edx.video.bumper.stopped': null,
    'edx.video.bumper.skipped': null,
    'edx.video.bumper.dismissed': null,
    'edx.video.bumper.transcript.shown': null,
    'edx.video.bumper.transcript.hidden': null,
    'edx.video.bumper.transcript.menu.shown': null,
    'edx.video.bumper.transcript.menu.hidden': null,
    skip_video: null,
    do_not_show_again_video: null,
  },
  // The log holds everything that learners do; names of pages may hold any word.
  ownWords: ['edx.video.'],
};

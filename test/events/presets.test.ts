import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestLake } from './test-lake.js';

let test: TestLake;
beforeEach(async () => {
  test = await TestLake.open();
});
afterEach(() => test.close());

const t0 = Date.parse('2026-11-24T10:00:00Z');
const at = (seconds: number) => new Date(t0 + seconds * 1000);

/** Takes rows in and returns the events in order of time. */
async function ingest(preset: string, rows: readonly object[], config: object = {}) {
  const [result] = await test.ingest(await test.file('rows.ndjson', rows), { preset, config });
  return { result, events: await test.rows('events', 'event_time') };
}

describe('segment', () => {
  const track = (event: string, seconds: number, properties: object) => ({
    type: 'track',
    event,
    messageId: `m${seconds}`,
    userId: 'ada',
    anonymousId: 'anon',
    timestamp: at(seconds).toISOString(),
    properties: { session_id: 's1', content_asset_id: 'film', total_length: 100, ...properties },
    context: { page: { referrer: 'https://example.org' } },
  });

  it('reads nested tracking calls', async () => {
    const { result, events } = await ingest('segment', [
      track('Video Playback Started', 0, { position: 0 }),
      track('Video Content Playing', 10, { position: 10 }),
      track('Video Playback Seek Started', 12, { position: 12, seek_position: 60 }),
      track('Video Playback Seek Completed', 13, { position: 60 }),
      track('Video Ad Started', 14, { position: 0 }),
      track('Product Viewed', 15, {}),
      { ...track('', 16, {}), type: 'page', event: undefined },
      track('Video Content Completed', 50, { position: 60 }),
      track('Video Content Completed', 53, { position: 100 }),
    ]);
    expect(result).toMatchObject({ readCount: 9, acceptedCount: 6, ignoredCount: 3, rejectedCount: 0 });
    expect(events.map(row => [row.event_type, row.position_s])).toEqual([
      ['play', 0],
      ['heartbeat', 10],
      ['heartbeat', 12],
      ['seek', 60],
      ['heartbeat', 60],
      ['ended', 100],
    ]);
    expect(events[0]).toMatchObject({
      event_id: 'm0',
      user_id: 'ada',
      video_id: 'film',
      player_id: 's1',
      event_time: at(0),
      duration_s: 100,
      referrer: 'https://example.org',
    });
  });

  it('reads a flattened warehouse export', async () => {
    const content = `message_id,anonymous_id,event,event_text,timestamp,session_id,asset_id,position,total_length\nm1,anon,video_playback_paused,Video Playback Paused,2026-11-24 10:00:00 UTC,s1,film,42,100\n`;
    await test.ingest(await test.file('rows.csv', content), { preset: 'segment' });
    const [row] = await test.rows('events', 'event_time');
    expect(row).toMatchObject({
      event_type: 'pause',
      user_id: 'anon',
      video_id: 'film',
      position_s: 42,
      event_time: at(0),
    });
  });

  it('rejects a video event that the spec does not have', async () => {
    const { result } = await ingest('segment', [track('Video Playback Started', 0, {}), track('Video Rewound', 1, {})]);
    expect(result).toMatchObject({ rejectedByCode: { UNKNOWN_EVENT_TYPE: 1 } });
  });
});

describe('snowplow', () => {
  const common = { event_id: 'e', user_id: null, domain_userid: 'ada', derived_tstamp: '2026-11-24T10:00:00.000Z' };

  it('reads version 2 as enriched JSON', async () => {
    const { events } = await ingest('snowplow', [
      {
        ...common,
        event_name: 'playback_rate_change_event',
        contexts_com_snowplowanalytics_snowplow_media_player_2: [
          { currentTime: 12.5, duration: 100, playbackRate: 1, muted: true, label: 'film' },
        ],
        contexts_com_snowplowanalytics_snowplow_media_session_1: [{ mediaSessionId: 'ms' }],
        unstruct_event_com_snowplowanalytics_snowplow_media_playback_rate_change_event_1: { newRate: 1.5 },
      },
      { ...common, event_name: 'ad_start_event' },
      { ...common, event_name: 'link_click' },
    ]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      event_type: 'rate_change',
      user_id: 'ada',
      video_id: 'film',
      player_id: 'ms',
      position_s: 12.5,
      playback_rate: 1.5,
      muted: true,
    });
  });

  it('reads version 1, where the name stands in the payload', async () => {
    const { events } = await ingest('snowplow', [
      {
        ...common,
        event_name: 'media_player_event',
        unstruct_event_com_snowplowanalytics_snowplow_media_player_event_1: { type: 'percentprogress', label: 'film' },
        contexts_com_snowplowanalytics_snowplow_media_player_1: [{ currentTime: 25, duration: 100, playbackRate: 1 }],
      },
    ]);
    expect(events[0]).toMatchObject({ event_type: 'heartbeat', video_id: 'film', position_s: 25, duration_s: 100 });
  });

  it('reads warehouse columns that hold lists of structs', async () => {
    const path = `${test.folder}/rows.parquet`;
    const query = `select 'seek_end_event' as event_name, 'ada' as domain_userid, timestamp '2026-11-24 10:00:00' as derived_tstamp, [{'current_time': 60.0, 'label': 'film'}] as contexts_com_snowplowanalytics_snowplow_media_player_2`;
    await test.engine.run({ parts: [{ kind: 'text', text: `copy (${query}) to '${path}' (format parquet)` }] });
    await test.ingest(path, { preset: 'snowplow' });
    const [row] = await test.rows('events', 'event_time');
    expect(row).toMatchObject({ event_type: 'seek', video_id: 'film', position_s: 60, event_time: at(0) });
  });
});

describe('edx', () => {
  const log = (event_type: string, seconds: number, event: object | string) => ({
    username: 'ada',
    event_type,
    name: event_type,
    time: at(seconds).toISOString().replace('Z', '+00:00'),
    session: 'sess',
    context: { user_id: 7 },
    event: typeof event === 'string' ? event : JSON.stringify(event),
  });

  it('looks into the JSON string of the payload', async () => {
    const { result, events } = await ingest('edx', [
      log('load_video', 0, { id: 'film', code: 'html5', duration: 100 }),
      log('play_video', 1, { id: 'film', currentTime: 0 }),
      log('seek_video', 11, { id: 'film', old_time: 10, new_time: 60, type: 'onSlideSeek' }),
      log('speed_change_video', 12, { id: 'film', current_time: 61, old_speed: '1.0', new_speed: '1.50' }),
      log('pause_video', 39, { id: 'film', currentTime: 100, duration: 100 }),
      log('stop_video', 40, { id: 'film', currentTime: 100 }),
      log('hide_transcript', 41, { id: 'film', currentTime: 3 }),
      log('problem_check', 42, 'input_1=a'),
      log('/courses/x/intro_video', 43, '{"GET": {}}'),
    ]);
    expect(result).toMatchObject({ acceptedCount: 5, ignoredCount: 4, rejectedCount: 0 });
    expect(events.map(row => [row.event_type, row.position_s, row.seek_from_s, row.playback_rate])).toEqual([
      ['load', null, null, null],
      ['play', 0, null, null],
      ['seek', 60, 10, null],
      ['rate_change', 61, null, 1.5],
      ['ended', 100, null, null],
    ]);
    expect(events[0]).toMatchObject({ user_id: '7', video_id: 'film', duration_s: 100 });
  });

  it('takes the payload as an object too, as the mobile apps send it', async () => {
    const row = { ...log('edx.video.played', 0, ''), event: { module_id: 'film', current_time: 4.5 } };
    const { events } = await ingest('edx', [row]);
    expect(events[0]).toMatchObject({ event_type: 'play', video_id: 'film', position_s: 4.5 });
  });
});

describe('html5', () => {
  const log = (type: string, seconds: number, more: object = {}) => ({
    ...{
      type,
      t: t0 + seconds * 1000,
      currentTime: seconds,
      duration: 40,
      playbackRate: 1,
      user: 'ada',
      video: 'film',
    },
    ...{ player: 'p', seq: seconds, hidden: false },
    ...more,
  });

  it('names what the media element says', async () => {
    const { result, events } = await ingest('html5', [
      log('loadedmetadata', 0, { duration: null }),
      log('play', 1),
      log('playing', 2),
      log('seeking', 3, { currentTime: 20 }),
      log('seeked', 4),
      log('waiting', 5),
      log('timeupdate', 6),
      log('visibilitychange', 7, { hidden: true }),
      log('visibilitychange', 8),
      log('pause', 9),
      log('pause', 10, { currentTime: 40 }),
      log('ended', 11, { currentTime: 40 }),
      log('pagehide', 12),
      log('volumechange', 13),
    ]);
    expect(result).toMatchObject({ acceptedCount: 11, ignoredCount: 3, rejectedCount: 0 });
    expect(events.map(row => row.event_type)).toEqual([
      ...['load', 'play', 'buffer_end', 'seek', 'buffer_start', 'heartbeat', 'hidden', 'visible', 'pause'],
      ...['ended', 'unload'],
    ]);
    expect(events[3]).toMatchObject({ position_s: 20, seek_from_s: null, visible: true, sequence: 3n });
  });

  it('takes in what a real browser reported', async () => {
    const [result] = await test.ingest('test/real-input/fixtures/events.ndjson', { preset: 'html5' });
    expect(result).toMatchObject({ readCount: 116, rejectedCount: 0 });
  });
});

describe('mux', () => {
  it('reads milliseconds and leaves ads out', async () => {
    const row = (event: string, ms: number, more: object = {}) => ({
      ...{ event, viewer_time: t0 + ms, viewer_user_id: 'ada', video_id: 'film', view_id: 'v', playback_time: ms },
      ...more,
    });
    const { result, events } = await ingest('mux', [
      row('play', 0),
      row('adplaying', 500),
      row('rebufferstart', 2500, { video_source_duration: 100_000 }),
      row('viewend', 3000),
    ]);
    expect(result).toMatchObject({ acceptedCount: 3, ignoredCount: 1 });
    expect(events.map(e => [e.event_type, e.position_s, e.duration_s])).toEqual([
      ['play', 0, null],
      ['buffer_start', 2.5, 100],
      ['unload', 3, null],
    ]);
  });
});

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, TestLake } from './test-lake.js';

let test: TestLake;
beforeEach(async () => {
  test = await TestLake.open();
});
afterEach(() => test.close());

/** The rejected rows as `line code`. */
async function rejected(rows: readonly object[]): Promise<string[]> {
  await test.ingest(await test.file('rows.ndjson', [event(), ...rows]));
  return (await test.rows('events_rejected', 'line')).map(({ line, code }) => `${line} ${code}`);
}

/** One column of the accepted rows, in the order of `sequence`. */
async function accepted(column: string, values: readonly unknown[], from = column): Promise<unknown[]> {
  const rows = values.map((value, i) => event({ [from]: value, sequence: i }));
  await test.ingest(await test.file('rows.ndjson', rows));
  return (await test.rows('events', 'sequence')).map(row => row[column]);
}

describe('required values', () => {
  it('rejects a row without user, event name or time', async () => {
    const rows = [event({ user_id: ' ' }), event({ event_type: null }), event({ event_time: '' })];
    expect(await rejected(rows)).toEqual(['2 MISSING_USER', '3 MISSING_EVENT_TYPE', '4 MISSING_TIME']);
  });

  it('wants a video for everything but a page view', async () => {
    const rows = [event({ video_id: null }), event({ video_id: null, event_type: 'page_view' })];
    expect(await rejected(rows)).toEqual(['2 MISSING_VIDEO']);
  });

  it('rejects an event name that nobody knows, and says it', async () => {
    expect(await rejected([event({ event_type: 'rewind' })])).toEqual(['2 UNKNOWN_EVENT_TYPE']);
    const [row] = await test.rows('events_rejected', 'line');
    expect(row?.reason).toBe('the event name "rewind" is not known to the mapping');
  });

  it('keeps the original row as JSON', async () => {
    await rejected([event({ event_time: 'noon', note: 'ü "q"' })]);
    const [row] = await test.rows('events_rejected', 'line');
    expect(JSON.parse(String(row?.row))).toEqual(event({ event_time: 'noon', note: 'ü "q"' }));
  });
});

describe('times', () => {
  const instant = new Date('2026-11-24T10:00:00.250Z');

  it('understands ISO 8601 with and without a zone, and a space in the middle', async () => {
    const times = ['2026-11-24T10:00:00.250Z', '2026-11-24T12:00:00.25+02:00', '2026-11-24 10:00:00.250'];
    expect(await accepted('event_time', times)).toEqual([instant, instant, instant]);
  });

  it('tells seconds, milliseconds, microseconds and nanoseconds by their size', async () => {
    const ms = instant.getTime();
    const times = [ms / 1000, ms, ms * 1000, `${ms}000000`, String(ms)];
    expect(await accepted('event_time', times)).toEqual(times.map(() => instant));
  });

  it('rejects words, infinity, small numbers and years beyond 9999', async () => {
    const times = ['yesterday', 'infinity', 12.5, '20261124', 'epoch or so', 9e21];
    expect(await rejected(times.map(event_time => event({ event_time })))).toEqual(
      times.map((_, i) => `${i + 2} BAD_TIME`),
    );
  });

  it('gives the instant of the ingest to rows that do not say when they arrived', async () => {
    expect(await accepted('received_at', [null])).toEqual([new Date('2026-11-24T12:00:00Z')]);
  });
});

describe('positions', () => {
  it('takes numbers, numbers in text and nothing', async () => {
    expect(await accepted('position_s', [12.5, ' 12.5 ', '', null, -3, 1e11])).toEqual([
      12.5,
      12.5,
      null,
      null,
      -3,
      1e11,
    ]);
  });

  it('rejects text, NaN, infinities and more than 1e11', async () => {
    const positions = ['abc', 'NaN', 'Infinity', '-inf', 100000000001, '1e400'];
    const rows = positions.map(position_s => event({ position_s }));
    expect(await rejected(rows)).toEqual(positions.map((_, i) => `${i + 2} BAD_POSITION`));
  });

  it('judges the origin of a seek by the same rule', async () => {
    expect(await rejected([event({ event_type: 'seek', seek_from_s: 'x' })])).toEqual(['2 BAD_POSITION']);
  });
});

describe('optional values', () => {
  it('reads true and false as people write them', async () => {
    const written = [true, 'TRUE', 'yes', '1', 1, false, 'no', '0', 'perhaps', null];
    const read = [true, true, true, true, true, false, false, false, null, null];
    expect(await accepted('autoplay', written)).toEqual(read);
  });

  it('takes a duration that is not yet known, infinite or zero for unknown', async () => {
    expect(await accepted('duration_s', ['NaN', 'Infinity', 0, -1, '40', null])).toEqual([
      null,
      null,
      null,
      null,
      40,
      null,
    ]);
  });

  it('reads a list of videos from JSON and from text', async () => {
    const lists = [['a', 'b'], '["a","b"]', 'a, b', 'a|b', null];
    const both = ['a', 'b'];
    expect(await accepted('impressions', lists)).toEqual([both, both, both, both, null]);
  });

  it('gives equal rows without an id the same id, and others another', async () => {
    await test.ingest(await test.file('rows.ndjson', [event(), event(), event({ position_s: 1 })]));
    const ids = (await test.rows('events', 'position_s')).map(row => row.event_id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('spells what an id is made from as it always has, so that events taken in before keep theirs', async () => {
    const said = { position_s: 12_345_678, playback_rate: 1e-5, impressions: ['a', 'b c', "it's"] };
    await test.ingest(await test.file('rows.ndjson', [event(said)]));
    const [row] = await test.rows('events', 'position_s');
    const us = Date.parse('2026-11-24T10:00:00Z') * 1000;
    const texts = ['ada', 'film', '', 'play', us, '', '12345678.0', '', '1e-05', '', '', "[a, b c, 'it\\'s']"];
    expect(row?.event_id).toBe(createHash('md5').update(texts.join('\u001f')).digest('hex'));
  });

  it('puts the event under its UTC day', async () => {
    expect(await accepted('event_date', ['2026-11-25T01:30:00+02:00'], 'event_time')).toEqual([new Date('2026-11-24')]);
  });
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import { mappingSchema } from '#config';
import { presets, resolveMapping } from '#events';
import { event, TestLake } from './test-lake.js';

let test: TestLake;
beforeEach(async () => {
  test = await TestLake.open();
});
afterEach(() => test.close());

const own = {
  columns: { user_id: 'who', position_s: '$.media.pos', event_type: ['what', 'event_type'] },
  events: { GO: 'play', Noise: null },
  position_unit: 'ms',
  time_format: '%d.%m.%Y %H:%M:%S',
  constants: { device: 'kiosk' },
};
const row = { who: 'ada', video_id: 'film', what: 'go', event_time: '24.11.2026 10:00:00', media: { pos: 1500 } };

it('lays the configured mapping over its preset', async () => {
  const file = await test.file('rows.ndjson', [row, { ...row, what: 'PAUSE' }, { ...row, what: 'noise' }]);
  const [result] = await test.ingest(file, { config: { mapping: own } });
  expect(result).toMatchObject({ acceptedCount: 2, ignoredCount: 1 });
  const events = await test.rows('events', 'event_type');
  expect(events.map(e => e.event_type)).toEqual(['pause', 'play']);
  expect(events[1]).toMatchObject({
    user_id: 'ada',
    position_s: 1.5,
    device: 'kiosk',
    event_time: new Date('2026-11-24T10:00:00Z'),
  });
});

it('refuses a mapped column that the input does not have, and lists those it has', async () => {
  const file = await test.file('rows.csv', 'user_id,video_id,event_type,event_time\nada,film,play,2026-11-24\n');
  const mapping = { columns: { position_s: 'pos' } };
  await expect(test.ingest(file, { config: { mapping } })).rejects.toMatchObject({
    code: 'MAPPING_UNKNOWN_FIELD',
    at: 'mapping.columns.position_s',
    hint: 'it has: user_id, video_id, event_type, event_time',
  });
  expect(await test.versions()).toEqual({ events: undefined, rejected: undefined });
});

it('looks for a mapped key in all JSON rows, since optional keys come late', async () => {
  const rows = [...Array.from({ length: 12_000 }, (_, i) => event({ sequence: i })), event({ late: 'tv' })];
  const [result] = await test.ingest(await test.file('rows.ndjson', rows), {
    config: { mapping: { columns: { device: 'late' } } },
  });
  expect(result?.acceptedCount).toBe(12_001);
});

it('refuses a canonical column and an event type that do not exist', () => {
  const mapping = (given: object) => mappingSchema.parse(given);
  expect(() => resolveMapping(mapping({ columns: { positon_s: 'p' } }))).toThrow('an event has no column "positon_s"');
  expect(() => resolveMapping(mapping({ events: { go: 'start' } }))).toThrow('"start" is no event type');
  expect(() => resolveMapping(mapping({ columns: { user_id: '$.a[' } }))).toThrow('"$.a[" is no path');
});

it('refuses a preset that does not exist and lists those that do', () => {
  expect(() => resolveMapping(undefined, 'nope')).toThrow(
    expect.objectContaining({ code: 'PRESET_UNKNOWN', hint: `the presets are ${presets.map(p => p.name).join(', ')}` }),
  );
});

it('lets the command line choose another preset than the mapping was written for', () => {
  const mapping = mappingSchema.parse({ preset: 'edx', columns: { user_id: 'who' } });
  expect(resolveMapping(mapping, 'html5')).toMatchObject({ preset: 'html5', written: new Set() });
  expect(resolveMapping(mapping)).toMatchObject({ preset: 'edx', written: new Set(['user_id']) });
});

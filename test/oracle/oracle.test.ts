import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tables } from '#tables';
import {
  type Comparison,
  compare,
  type Difference,
  describeEvents,
  differencesOf,
  inputOf,
  shrink,
} from './compare.js';
import { brokenInvariants } from './invariants.js';
import { judge } from './oracle.js';
import { otherConfig } from './other-config.js';
import { comparedTables, runPipeline } from './pipeline.js';
import { cutInTwo } from './split.js';
import { type Stream, stream } from './streams.js';
import { missingFrom } from './variety.js';

/** `PLAYHEAD_ORACLE_RUNS=50` checks fifty times as many streams, from `PLAYHEAD_ORACLE_SEED` on. */
const runs = Number(process.env['PLAYHEAD_ORACLE_RUNS'] ?? 1);
const firstSeed = Number(process.env['PLAYHEAD_ORACLE_SEED'] ?? 20_261_101);
const streamsPerRun = Number(process.env['PLAYHEAD_ORACLE_STREAMS'] ?? 400);
const timeout = 900_000;

const seeds = Array.from({ length: runs }, (_, i) => firstSeed + i);

/** What a reader needs: the seed, the smallest events, both rows. */
async function explain(
  seed: number,
  [first]: readonly Difference[],
  streams: readonly Stream[],
  config?: typeof otherConfig,
): Promise<string> {
  if (first === undefined) return '';
  const found = first.user === undefined ? undefined : streams[first.user];
  if (found === undefined) return `seed ${seed}: ${first.text}`;
  const smallest = await shrink(found, first.column, config);
  const { differences } = await compare([smallest], config);
  const texts = differences.length === 0 ? [first.text] : differences.map(({ text }) => text);
  return `seed ${seed}, ${first.column}\n${describeEvents(smallest)}\n${texts.slice(0, 10).join('\n')}`;
}

describe.each(seeds)('random streams of seed %i', seed => {
  const streams = fc.sample(stream, { seed, numRuns: streamsPerRun });
  let comparison: Comparison;
  beforeAll(async () => {
    comparison = await compare(streams);
  }, timeout);

  it('give the same rows of every table by SQL as by a plain loop over the events', { timeout }, async () => {
    expect(await explain(seed, comparison.differences, streams)).toBe('');
  });

  it('are judged in every column of these tables', () => {
    for (const table of comparedTables) {
      expect(Object.keys(comparison.expected[table][0] ?? {}).sort(), table).toEqual(
        Object.keys(tables[table].columns).sort(),
      );
    }
  });

  it('keep what must hold whatever happened', () => {
    expect(brokenInvariants(comparison)).toEqual([]);
  });

  it('give the same rows under other definitions', { timeout }, async () => {
    const some = streams.slice(0, Math.ceil(streams.length / 3));
    const { differences } = await compare(some, otherConfig);
    expect(await explain(seed, differences, some, otherConfig)).toBe('');
  });

  it('give the same rows when earlier visits are handed in as sessions', { timeout }, async () => {
    const { input, expected } = cutInTwo(inputOf(streams), comparison);
    expect(input.earlierSessions?.length).toBeGreaterThan(streamsPerRun / 4);
    const { sessions, segments } = await runPipeline(input);
    expect(differencesOf(expected, { sessions, segments })).toEqual([]);
  });
});

it('contains every nonsense, verdict, state, end and source in the streams of the first seed', () => {
  const input = inputOf(fc.sample(stream, { seed: 20_261_101, numRuns: 400 }));
  expect(missingFrom(input.events, judge(input))).toEqual([]);
});

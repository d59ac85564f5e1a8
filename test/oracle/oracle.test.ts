import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, type Difference, describeEvents, shrink } from './compare.js';
import { type Stream, stream } from './streams.js';

/** `PLAYHEAD_ORACLE_RUNS=50` checks fifty times as many streams, from `PLAYHEAD_ORACLE_SEED` on. */
const runs = Number(process.env['PLAYHEAD_ORACLE_RUNS'] ?? 1);
const firstSeed = Number(process.env['PLAYHEAD_ORACLE_SEED'] ?? 20_261_101);
const streamsPerRun = 400;

const seeds = Array.from({ length: runs }, (_, i) => firstSeed + i);

/** What a reader needs: the seed, the smallest events, both rows. */
async function explain(seed: number, difference: Difference, streams: readonly Stream[]): Promise<string> {
  const found = streams[difference.user];
  const column = difference.columns[0];
  if (found === undefined || column === undefined) return difference.text;
  const smallest = await shrink(found, column);
  const { differences } = await compare([smallest]);
  return `seed ${seed}, ${column}\n${describeEvents(smallest)}\n${differences[0]?.text ?? difference.text}`;
}

describe.each(seeds)('random streams of seed %i', seed => {
  const streams = fc.sample(stream, { seed, numRuns: streamsPerRun });

  it('gives the same sessions and segments by SQL as by a plain loop over the events', {
    timeout: 300_000,
  }, async () => {
    const { differences } = await compare(streams);
    const [first] = differences;
    const explanation = first === undefined ? '' : await explain(seed, first, streams);
    expect(explanation).toBe('');
  });

  it('keeps what must hold of every session', { timeout: 300_000 }, async () => {
    const { pipeline } = await compare(streams);
    const broken = pipeline.sessions.flatMap(row => {
      const value = (name: string) => Number(row[name] ?? 0);
      const wallS = (value('ended_at') - value('started_at')) / 1e6;
      const claims = {
        'nothing is negative': [
          'watch_time_s',
          'uncertain_s',
          'content_s',
          'unique_watch_s',
          'pause_time_s',
          'skipped_s',
        ].every(name => value(name) >= 0),
        'no second on the clock counts twice':
          value('watch_time_s') + value('uncertain_s') + value('pause_time_s') + value('buffer_time_s') <= wallS + 1e-6,
        'a union is no longer than its parts': value('unique_watch_s') <= value('content_s') + 1e-6,
        'no more is seen than there is':
          row['duration_s'] === null || value('unique_watch_s') <= value('duration_s') + 1e-6,
        'background time was watched': value('background_s') <= value('watch_time_s') + 1e-6,
        'skips are forward or backward':
          value('skip_count') === value('skip_forward_count') + value('skip_backward_count'),
        'nothing is watched before the first play': row['has_played'] === true || value('watch_time_s') === 0,
        'a valid completion is a completion': row['completion_valid'] !== true || row['completed'] === true,
      };
      return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [`${claim}: ${JSON.stringify(row)}`]));
    });
    expect(broken).toEqual([]);
  });
});

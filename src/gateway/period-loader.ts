import DataLoader from 'dataloader';
import type { Ask } from './ask.js';
import { equals } from './cube-query.js';
import { keyOf } from './entities.js';
import { groupBy } from './group-by.js';
import { emptyValue, type PeriodMetric, questionsOf } from './members.js';
import { assertRange, type DateRange } from './period.js';
import { toNumber } from './row.js';

export interface PeriodKey {
  readonly metric: PeriodMetric;
  readonly range: DateRange;
  /** null: over all videos. */
  readonly videoId: string | null;
}

export type PeriodLoader = DataLoader<PeriodKey, number | null, string>;

/** Metrics of a period and, where given, a video: one Cube query for all metrics and videos of a period, two at most. */
export function createPeriodLoader(ask: Ask): PeriodLoader {
  return new DataLoader<PeriodKey, number | null, string>(
    async keys => {
      const values = new Map<string, number | null>();
      const groups = groupBy(keys, groupOf);
      await Promise.all([...groups.values()].map(group => loadGroup(ask, group, values)));
      return keys.map(key => values.get(cacheKeyOf(key)) ?? emptyValue(key.metric));
    },
    { cacheKeyFn: cacheKeyOf },
  );
}

const cacheKeyOf = ({ metric, range, videoId }: PeriodKey): string =>
  JSON.stringify([metric, range.from, range.to, videoId]);

const groupOf = ({ range, videoId }: PeriodKey): string => [range.from, range.to, videoId === null].join(' ');

async function loadGroup(ask: Ask, keys: readonly PeriodKey[], values: Map<string, number | null>): Promise<void> {
  const questions = questionsOf(
    keys.map(({ metric }) => metric),
    'DAY',
  );
  await Promise.all(
    questions.map(metrics =>
      loadMetrics(
        ask,
        keys.filter(({ metric }) => metrics.includes(metric)),
        metrics,
        values,
      ),
    ),
  );
}

async function loadMetrics(
  ask: Ask,
  keys: readonly PeriodKey[],
  metrics: readonly PeriodMetric[],
  values: Map<string, number | null>,
): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const { range } = first;
  assertRange(range);
  const videoIds = [...new Set(keys.flatMap(key => (key.videoId === null ? [] : [key.videoId])))].sort();
  const isByVideo = videoIds.length > 0;
  const { rows } = await ask({
    measures: metrics.map(metric => `sessions.${metric}`),
    ...(isByVideo ? { dimensions: ['sessions.video_id'], filters: [equals('sessions.video_id', videoIds)] } : {}),
    timeDimensions: [{ dimension: 'sessions.started_at', dateRange: [range.from, range.to] }],
    limit: Math.max(1, videoIds.length),
  });
  for (const row of rows) {
    const videoId = isByVideo ? keyOf(row, 'sessions', 'video_id') : null;
    for (const metric of metrics) {
      const member = `sessions.${metric}`;
      values.set(cacheKeyOf({ metric, range, videoId }), toNumber(row[member], member));
    }
  }
}

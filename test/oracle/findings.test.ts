import { beforeAll, expect, it } from 'vitest';
import { configSchema } from '#config';
import { type Comparison, compareInput } from './compare.js';
import { findingEvents, findings, startUs, userId } from './findings.js';

const input = {
  events: findingEvents(0),
  catalog: new Map([['v0', 3600]]),
  newestReceivedUs: startUs + 86_400_000_000,
  config: configSchema.parse({}),
};
let comparison: Comparison;
beforeAll(async () => {
  comparison = await compareInput(input);
});

it.each(findings.map((finding, user) => [finding.title, user, finding.sessions] as const))(
  '%s',
  (_, user, sessions) => {
    expect(comparison.differences.filter(difference => difference.user === user)).toEqual([]);
    const own = comparison.pipeline.sessions
      .filter(row => row['user_id'] === userId(user))
      .sort(
        (a, b) =>
          Number(a['started_at']) - Number(b['started_at']) ||
          Number(a['ended_at']) - Number(b['ended_at']) ||
          (String(a['player_id']) < String(b['player_id']) ? -1 : 1),
      );
    expect(own).toMatchObject(sessions);
  },
);

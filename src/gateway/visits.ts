import DataLoader from 'dataloader';
import type { Ask } from './ask.js';
import type { ListSpec } from './connection.js';
import type { VisitFilter } from './contract.generated.js';
import { type CubeFilter, equals } from './cube-query.js';
import { keyOf, type SessionNode, toSession, type VisitNode } from './entities.js';
import { groupBy } from './group-by.js';
import { toNodeId } from './ids.js';
import { membersOf } from './members.js';
import { assertRange, dayAfter } from './period.js';
import { type CubeRow, RowReader } from './row.js';

/** What a visit adds up from its sessions. */
const measures = ['session_count', 'play_count', 'completed_session_count', 'watch_time_s'];
export const visitMembers = {
  dimensions: ['sessions.visit_id', 'sessions.user_id', 'sessions.visit_started_at'],
  measures: measures.map(name => `sessions.${name}`),
};

export function toVisit(row: CubeRow): VisitNode {
  const read = new RowReader(row, 'sessions');
  const visitId = read.text('visit_id');
  return {
    __typename: 'Visit',
    id: toNodeId('Visit', [visitId]),
    visitId,
    userId: read.text('user_id'),
    startedAt: read.instant('visit_started_at'),
    sessionCount: read.number('session_count'),
    playCount: read.number('play_count'),
    completedSessionCount: read.number('completed_session_count'),
    watchTimeS: read.number('watch_time_s'),
  };
}

/** Visits are groups of sessions: there is no table of them. */
export const visitList: ListSpec<VisitNode> = {
  cube: 'sessions',
  key: ['visit_id'],
  toNode: toVisit,
  grouped: visitMembers,
  sortFields: { STARTED_AT: { column: 'visit_started_at', kind: 'second' } },
};

export function visitFilters(filter: VisitFilter | null | undefined): CubeFilter[] {
  const { userId, range } = filter ?? {};
  const member = 'sessions.visit_started_at';
  if (range !== null && range !== undefined) assertRange(range);
  return [
    ...(typeof userId === 'string' ? [equals('sessions.user_id', [userId])] : []),
    ...(range === null || range === undefined
      ? []
      : [
          { member, operator: 'afterOrOnDate', values: [`${range.from}T00:00:00.000`] } as const,
          { member, operator: 'beforeDate', values: [`${dayAfter(range.to)}T00:00:00.000`] } as const,
        ]),
  ];
}

const batchSizeMax = 100;

export type VisitLoader = DataLoader<string, VisitNode | null>;

export function createVisitLoader(ask: Ask): VisitLoader {
  return new DataLoader<string, VisitNode | null>(
    async visitIds => {
      const { rows } = await ask({
        ...visitMembers,
        filters: [equals('sessions.visit_id', visitIds)],
        limit: visitIds.length,
      });
      const nodes = new Map(rows.map(row => [keyOf(row, 'sessions', 'visit_id'), toVisit(row)]));
      return visitIds.map(id => nodes.get(id) ?? null);
    },
    { maxBatchSize: batchSizeMax },
  );
}

/** Of each visit; a hundred visits of so many are as many rows as Cube gives. */
const sessionCountMax = 500;

export type VisitSessionLoader = DataLoader<string, readonly SessionNode[]>;

export function createVisitSessionLoader(ask: Ask): VisitSessionLoader {
  return new DataLoader<string, readonly SessionNode[]>(
    async visitIds => {
      const { rows } = await ask({
        dimensions: membersOf('sessions'),
        filters: [equals('sessions.visit_id', visitIds)],
        order: [
          ['sessions.started_at', 'asc'],
          ['sessions.session_id', 'asc'],
        ],
        ungrouped: true,
        limit: visitIds.length * sessionCountMax,
      });
      const byVisit = groupBy(rows, row => keyOf(row, 'sessions', 'visit_id'));
      return visitIds.map(id => (byVisit.get(id) ?? []).slice(0, sessionCountMax).map(toSession));
    },
    { maxBatchSize: batchSizeMax },
  );
}

import { type Config, type Definitions, readDefinitions } from '#config';
import { PlayheadError } from '#errors';
import { raw, ref, sql } from '#sql';
import { tables } from '#tables';
import { decisionsOf } from './decisions.js';
import { differencesOf } from './differences.js';
import { explainEvents } from './events.js';
import type { DroppedCopy, EarlierSession, ExplainedDefinitions, SessionExplanation } from './explanation.js';
import { instantText, secondsOf } from './numbers.js';
import {
  type CopyRow,
  cellOf,
  type IntervalRow,
  type PlainRow,
  readCopies,
  readIntervals,
  readLeaps,
  readPageViews,
  readPlainRows,
} from './read.js';
import { type Place, type ServedRun, withUserRerun } from './rerun.js';
import { instantOf, textOf } from './row.js';
import { segmentsOf } from './segments.js';
import { skipsOf } from './skips.js';
import { sumsOf } from './sums.js';
import { visitOf } from './visit.js';

export interface ExplainOptions extends Place {
  readonly served: ServedRun;
  /** Used where the run recorded no definitions. */
  readonly config: Pick<Config, 'sessionization' | 'engagement'>;
  readonly sessionId: string;
}

/**
 * How a served session came about: its events in order, the verdict on each interval, the sums, and whether they are
 * the served row to the last digit. Runs the steps that made the row over the events of the session's user, at the
 * versions and with the definitions of the run that is served.
 * @throws EXPLAIN_UNKNOWN_ID
 */
export async function explainSession(options: ExplainOptions): Promise<SessionExplanation> {
  const { lake, engine, served, config, sessionId } = options;
  const row = await servedRow(options);
  const published = await readPlainRows(
    engine,
    'segments',
    await lake.read(tables.segments, { version: served.versions.segments ?? -1 }),
    { where: sql`session_id = ${sessionId}`, order: raw('segment_index') },
  );
  const recorded = served.definitions === null ? undefined : readDefinitions(served.definitions);
  const definitions = recorded ?? config;
  return withUserRerun(options, served, definitions, textOf(row, 'user_id'), async at => {
    const intervals = await readIntervals(at, sessionId);
    const skips = skipsOf(await readLeaps(at, sessionId), intervals);
    const events = explainEvents(intervals, skips);
    const ofUser = await readPlainRows(at, 'sessions', ref('sessions'), {
      where: raw('true'),
      order: raw('started_at, ended_at, session_id'),
    });
    const computed = {
      row: ofUser.find(one => one['session_id'] === sessionId),
      segments: await readPlainRows(at, 'segments', ref('segments'), {
        where: sql`session_id = ${sessionId}`,
        order: raw('segment_index'),
      }),
    };
    const segments = segmentsOf(computed.segments);
    const sums = sumsOf({ row, intervals, skips, segments });
    const differences = differencesOf({ row, segments: published }, computed);
    const earlier = earlierOf(row, ofUser);
    return {
      sessionId,
      runId: served.runId,
      definitions: describeDefinitions(definitions, recorded === undefined ? 'today' : 'recorded'),
      row: printable(row),
      events,
      skips,
      segments,
      sums,
      duplicates: droppedOf(await readCopies(at, sessionId), intervals),
      visit: visitOf(row, ofUser, await readPageViews(at), definitions.sessionization.session_timeout_s),
      earlier,
      decisions: decisionsOf({ row, events, earlier, definitions }),
      differences,
      agrees: differences.length === 0 && sums.every(sum => sum.agrees),
    };
  });
}

async function servedRow({ lake, engine, served, sessionId }: ExplainOptions): Promise<PlainRow> {
  const sessions = await lake.read(tables.sessions, { version: served.versions.sessions ?? -1 });
  const [row] = await readPlainRows(engine, 'sessions', sessions, {
    where: sql`session_id = ${sessionId}`,
    order: raw('started_at'),
  });
  if (row !== undefined) return row;
  const inVisit = await readPlainRows(engine, 'sessions', sessions, {
    where: sql`visit_id = ${sessionId}`,
    order: raw('started_at'),
  });
  const [first] = inVisit;
  throw new PlayheadError({
    code: 'EXPLAIN_UNKNOWN_ID',
    at: `session ${sessionId}`,
    message:
      first === undefined
        ? `${served.runId}, which is served, has no such session`
        : `this is a visit; it has ${inVisit.length} sessions, the first is ${textOf(first, 'session_id')}`,
    hint: `\`playhead query "select session_id, user_id, video_id, started_at from sessions"\` lists them; an id changes when an earlier first event arrives`,
  });
}

function describeDefinitions({ sessionization }: Definitions, source: 'recorded' | 'today'): ExplainedDefinitions {
  return {
    source,
    sessionTimeoutS: sessionization.session_timeout_s,
    toleranceS: sessionization.tolerance_s,
    toleranceRatio: sessionization.tolerance_ratio,
    tailPolicy: sessionization.tail_policy,
    validCompletionRatio: sessionization.valid_completion_ratio,
  };
}

/** Earlier is what started earlier (4.4). */
function earlierOf(row: PlainRow, ofUser: readonly PlainRow[]): EarlierSession[] {
  const start = instantOf(row, 'started_at');
  return ofUser
    .filter(one => one['video_id'] === row['video_id'] && instantOf(one, 'started_at') < start)
    .toReversed()
    .map(one => ({
      sessionId: textOf(one, 'session_id'),
      startedAt: instantText(instantOf(one, 'started_at')),
      endedAt: instantText(instantOf(one, 'ended_at')),
      gapS: secondsOf(start - instantOf(one, 'ended_at')),
      completed: one['completed'] === true,
      lastPositionS: typeof one['last_position_s'] === 'number' ? one['last_position_s'] : null,
      replayIndex: Number(one['replay_index'] ?? 0),
    }));
}

/** Of several copies one is kept: the one among the intervals. */
function droppedOf(copies: readonly CopyRow[], intervals: readonly IntervalRow[]): DroppedCopy[] {
  const kept = new Set<string>();
  return copies
    .filter(copy => {
      if (kept.has(copy.event_id)) return true;
      const isKept = intervals.some(
        one => one.event_id === copy.event_id && one.at_us === copy.at_us && one.received_us === copy.received_us,
      );
      if (isKept) kept.add(copy.event_id);
      return !isKept;
    })
    .map(({ event_id, at_us, received_us, position_s }) => ({
      eventId: event_id,
      at: instantText(at_us),
      receivedAt: received_us === null ? null : instantText(received_us),
      positionS: position_s,
    }));
}

const instants = new Set(
  Object.entries(tables.sessions.columns).flatMap(([name, type]) => (type === 'timestamp' ? [name] : [])),
);

const printable = (row: PlainRow) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      instants.has(name) && typeof value === 'bigint' ? instantText(value) : cellOf(value),
    ]),
  );

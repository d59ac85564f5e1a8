import type { SessionizationConfig } from '#config';
import type { Step } from '#sql';
import type { ScoreColumns } from './score.js';
import { buildExplainedIntervals, buildExplainedLeaps } from './steps/explained.js';
import { buildIntervals, buildRatedIntervals, buildSilentRates } from './steps/intervals.js';
import { buildPlacedEvents, buildSettledPlays } from './steps/placed-events.js';
import { buildCoverage, buildSegments, buildStretches } from './steps/segments.js';
import { buildChunkSessions, buildSessionSpans } from './steps/session-events.js';
import { buildConcurrency, buildSessionHistory } from './steps/session-history.js';
import { buildLongPauses, buildNamedSessions, buildSessionMeasures } from './steps/session-measures.js';
import { buildSessions } from './steps/sessions.js';
import { buildDrags, buildSkipCounts, buildSkips } from './steps/skips.js';
import { buildInterruptions, buildStandingBefore, buildStates } from './steps/states.js';
import { buildStreamEvents } from './steps/stream-events.js';
import { buildUniqueEvents, contexts } from './steps/unique-events.js';
import { buildJudgedIntervals, buildVerdicts } from './steps/verdicts.js';
import { buildCatalogDurations, buildChunks, buildSteadyGaps, buildVisits } from './steps/visits.js';

/** The published tables of the session pipeline, as steps for `planPipeline`. */
export interface SessionPipeline {
  readonly outputs: { readonly segments: Step; readonly sessions: Step };
  /** How those rows came about, for whoever asks of one user's; a run of the job leaves them out. */
  readonly explained: { readonly intervals: Step; readonly leaps: Step };
}

/**
 * From events to sessions and segments (DESIGN.md 4.1 to 4.4). Reads the sources `input_events`, `video_catalog`,
 * `earlier_sessions` and `clock`, which whoever runs it provides as tables or views.
 */
export function buildSessionPipeline(config: SessionizationConfig, score: ScoreColumns): SessionPipeline {
  const uniqueEvents = buildUniqueEvents(config);
  const streamEvents = buildStreamEvents(config, uniqueEvents);
  const catalogDurations = buildCatalogDurations(config);
  const chunks = buildChunks(streamEvents);
  const steadyGaps = buildSteadyGaps(config, streamEvents, chunks, catalogDurations);
  const visits = buildVisits(config, uniqueEvents, chunks, steadyGaps);
  const { sessionChunks, sessionSpans } = buildSessionSpans(chunks, visits, catalogDurations);
  const chunkSessions = buildChunkSessions(sessionChunks, sessionSpans);
  const settledPlays = buildSettledPlays(config, streamEvents, chunkSessions);
  const standing = buildStandingBefore(buildPlacedEvents(config, streamEvents, chunkSessions, settledPlays));
  const intervals = buildIntervals(buildStates(standing, buildInterruptions(standing)));
  const judged = buildJudgedIntervals(buildRatedIntervals(config, intervals, buildSilentRates(config, intervals)));
  const verdicts = buildVerdicts(judged);
  const drags = buildDrags(verdicts);
  const stretches = buildStretches(verdicts);
  const namedSessions = buildNamedSessions(sessionSpans, buildSessionMeasures(verdicts));
  const sessions = buildSessions(config, score, [
    namedSessions,
    buildSessionHistory(config, namedSessions),
    buildCoverage(stretches),
    buildSkipCounts(buildSkips(drags)),
    buildLongPauses(config, verdicts),
    buildConcurrency(verdicts, namedSessions),
    contexts,
  ]);
  return {
    outputs: { segments: buildSegments(stretches, namedSessions), sessions },
    explained: {
      intervals: buildExplainedIntervals(uniqueEvents, judged, verdicts, namedSessions),
      leaps: buildExplainedLeaps(drags, namedSessions),
    },
  };
}

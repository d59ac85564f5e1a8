import type { ExplainedEvent, ExplainedSum, SessionExplanation, SumTerm } from './explanation.js';
import { shown } from './numbers.js';

/** An explanation for people to read from top to bottom. */
export function describeExplanation(explanation: SessionExplanation): string {
  return [
    ...head(explanation),
    '',
    'Events, the state after each, and the verdict on the interval that each ends (DESIGN.md 4.2, 4.3; seconds)',
    ...eventLines(explanation.events),
    ...skipLines(explanation),
    ...segmentLines(explanation),
    '',
    'How the row comes about (DESIGN.md 4.4)',
    ...explanation.sums.map(sumLine),
    ...explanation.decisions.map(sentence => `  ${sentence}`),
    ...contextLines(explanation),
    '',
    ...verdictLines(explanation),
  ].join('\n');
}

function head({ sessionId, row, runId, definitions, visit }: SessionExplanation): string[] {
  const { sessionTimeoutS, toleranceS, toleranceRatio, tailPolicy, validCompletionRatio, source } = definitions;
  const definedBy =
    source === 'recorded' ? 'as recorded with the run' : "of today's configuration: the run recorded none";
  return [
    `Session ${sessionId}`,
    `  user ${row['user_id']}  video ${row['video_id']}  player ${row['player_id'] ?? 'none'}  duration ${row['duration_s'] ?? 'unknown'}`,
    `  ${row['started_at']} to ${row['ended_at']}, in visit ${visit.visitId} since ${visit.startedAt}`,
    `  served by ${runId}; definitions ${definedBy}: timeout ${sessionTimeoutS} s, tol max(${toleranceS} s, ${toleranceRatio * 100} % of r*w), tail ${tailPolicy}, valid completion from ${validCompletionRatio * 100} %`,
  ];
}

const eventColumns = [
  '#',
  'offset',
  'event',
  'position',
  'rate',
  'state',
  'verdict',
  'w',
  'p',
  'q',
  'd',
  'r',
  'tol',
  'watched',
  'uncertain',
  'segment',
  'skip',
] as const;
/** Columns of words; all others are numbers and stand to the right. */
const wordColumns = new Set<string>(['event', 'state', 'verdict', 'segment', 'skip']);

function eventLines(events: readonly ExplainedEvent[]): string[] {
  const cells = events.map(eventCells);
  const widths = eventColumns.map((name, i) => Math.max(name.length, ...cells.map(row => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, i) => (wordColumns.has(eventColumns[i] ?? '') ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd();
  return [
    line(eventColumns),
    ...events.flatMap((event, i) => {
      const says = [event.interval?.says, ...remarks(event)].filter(text => text !== undefined);
      return [line(cells[i] ?? []), ...says.map(text => `       ${text}`)];
    }),
  ];
}

function eventCells({
  number,
  offsetS,
  eventType,
  positionS,
  seekFromS,
  playbackRate,
  stateAfter,
  interval,
}: ExplainedEvent): string[] {
  const from = seekFromS === null ? '' : `${shown(seekFromS)}>`;
  const reported = [
    String(number),
    shown(offsetS),
    eventType,
    positionS === null ? '-' : `${from}${shown(positionS)}`,
    playbackRate === null ? '-' : shown(playbackRate),
    stateAfter,
  ];
  if (interval === null) return [...reported, ...eventColumns.slice(reported.length).map(() => '')];
  const { verdict, wS, pS, qS, dS, r, tolS, watchedS, uncertainS, segment, skips } = interval;
  const letter = (value: number | null) => (value === null ? '-' : shown(value));
  return [
    ...reported,
    verdict,
    ...[wS, pS, qS, dS, r, tolS, watchedS, uncertainS].map(letter),
    segment === null ? '' : `[${shown(segment.fromS)}, ${shown(segment.toS)})`,
    skips.join(', '),
  ];
}

/** What else an event did that the row shows somewhere. */
function remarks(event: ExplainedEvent): string[] {
  return [
    ...(event.isBadPosition ? ['the position lies outside the video: unknown, counted in bad_position_count.'] : []),
    ...(event.isLive ? ['the position is that of a live stream: only the clock counts.'] : []),
    ...(isElsewhere(event)
      ? [`the playhead is taken to be at ${shown(event.trustedPositionS)}, not where the event says (4.1.4).`]
      : []),
    ...(event.beginsReplay ? ['a replay begins: play near 0 after ended.'] : []),
    ...(event.isHidden && event.interval !== null && event.interval.watchedS > 0 ? ['watched in the background.'] : []),
  ];
}

const isElsewhere = ({ positionS, trustedPositionS, isLive, isBadPosition }: ExplainedEvent) =>
  positionS !== null &&
  trustedPositionS !== null &&
  !isLive &&
  !isBadPosition &&
  Math.abs(positionS - trustedPositionS) >= 0.5e-6;

function skipLines({ skips }: SessionExplanation): string[] {
  if (skips.length === 0) return [];
  const lines = skips.map(({ number, leaps, sizeS, counts }) => {
    const path = leaps
      .map(({ event, fromS, toS }) => `event ${event}: ${shown(fromS)} to ${shown(toS)}`)
      .join(', then ');
    const verdict = counts
      ? `${shown(sizeS)} s${leaps.length > 1 ? ', one skip: less than 2 s apart' : ''}`
      : 'no skip: under 1 s';
    return `  skip ${number}: ${path}; ${verdict}`;
  });
  return ['', 'Skips', ...lines];
}

function segmentLines({ segments }: SessionExplanation): string[] {
  if (segments.length === 0) return [];
  const lines = segments.map(
    ({ index, fromS, toS, startedAt, endedAt, playbackRate, newS }) =>
      `  segment ${index}: [${shown(fromS)}, ${shown(toS)}) at rate ${shown(playbackRate)}, ${startedAt} to ${endedAt}; ${shown(newS)} s not covered by others`,
  );
  return ['', 'Segments', ...lines];
}

function sumLine({ measure, terms, how, total, served, agrees }: ExplainedSum): string {
  const told = how ?? (grouped(terms).join(' + ') || 'nothing adds to it');
  const wrong = agrees ? '' : `   !!! the served row says ${served}`;
  return `  ${measure} = ${total} = ${told}${wrong}`;
}

/** Equal terms that follow each other as one: `3 x 10 (event 2 to event 4)`. */
function grouped(terms: readonly SumTerm[]): string[] {
  const groups: { value: number; first: string; last: string; count: number }[] = [];
  for (const { value, from } of terms) {
    const group = groups.at(-1);
    if (group !== undefined && group.value === value) {
      group.last = from;
      group.count++;
    } else {
      groups.push({ value, first: from, last: from, count: 1 });
    }
  }
  return groups.map(({ value, first, last, count }) =>
    count === 1 ? `${shown(value)} (${first})` : `${count} x ${shown(value)} (${first} to ${last})`,
  );
}

/** Those that decided on replay and resume are among the newest. */
const earlierNamedMax = 5;

function contextLines({ duplicates, visit, earlier }: SessionExplanation): string[] {
  const lines = [
    ...duplicates.map(
      copy =>
        `  copy of event ${copy.eventId}, at ${copy.at}, received ${copy.receivedAt ?? 'unknown'}: left out, another copy counts`,
    ),
    ...visit.pageViews.map(
      view =>
        `  page_view ${view.eventId} at ${view.at}, ${view.shown} videos shown: keeps the visit alive, belongs to no session`,
    ),
    ...visit.otherSessions.map(
      one =>
        `  session ${one.sessionId} of video ${one.videoId}, player ${one.playerId ?? 'none'}, ${one.startedAt} to ${one.endedAt}, watched ${shown(one.watchTimeS)} s: same visit`,
    ),
    ...earlier
      .slice(0, earlierNamedMax)
      .map(
        one =>
          `  session ${one.sessionId} ${one.startedAt} to ${one.endedAt}, ${one.completed ? 'completed' : 'not completed'}, last position ${shown(one.lastPositionS)}: earlier, same user and video`,
      ),
  ];
  if (earlier.length > earlierNamedMax) lines.push(`  and ${earlier.length - earlierNamedMax} earlier ones`);
  return lines.length === 0 ? [] : ['', 'Around it', ...lines];
}

function verdictLines({ agrees, differences, sums, runId }: SessionExplanation): string[] {
  if (agrees)
    return [`Every sum and every column of the row and its segments is what ${runId} serves, to the last digit.`];
  return [
    `!!! THE SERVED ROW OF ${runId} IS NOT WHAT THE EVENTS ADD UP TO !!!`,
    ...sums
      .filter(sum => !sum.agrees)
      .map(({ measure, total, served }) => `  ${measure}: the sum is ${total}, served is ${served}`),
    ...differences.map(
      ({ of, column, computed, served }) => `  ${of}.${column}: computed ${computed}, served ${served}`,
    ),
  ];
}

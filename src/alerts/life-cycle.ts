import type { AlertsConfig } from '#config';
import { alertIdOf, type Finding, type HistoryEntry, type Incident, type NoticeKind, subjectText } from './incident.js';

/** What an evaluation knows beside findings and incidents. */
export interface Moment {
  readonly now: Date;
  /** The run of the job whose tables were looked at. */
  readonly runId: string;
  readonly config: Pick<AlertsConfig, 'repeat_s' | 'reopen_s' | 'expire_s'>;
  /** Names of the sinks that are to be told. */
  readonly sinks: readonly string[];
}

/** How old `last_seen_at` may become while nothing else changes: a commit each time would be one every run. */
const touchS = 3600;
/** Entries that an incident's history keeps: the first, and the newest. */
const historyCountMax = 50;

const keyOf = (rule: string, subject: string): string => JSON.stringify([rule, subject]);

/**
 * What findings make of the incidents so far: those that change, as they are afterwards. Pure and without memory of its
 * own: asked again after its answer has been stored, it answers that nothing changes.
 */
export function advance(incidents: readonly Incident[], findings: readonly Finding[], moment: Moment): Incident[] {
  const active = new Map(
    incidents.filter(({ state }) => state !== 'resolved').map(one => [keyOf(one.rule, one.subject), one]),
  );
  const judged = new Set<string>();
  const changed: Incident[] = [];
  const add = (incident: Incident | undefined) => {
    if (incident !== undefined) changed.push(incident);
  };
  for (const finding of findings) {
    const key = keyOf(finding.rule, subjectText(finding.subject));
    const current = active.get(key);
    if (finding.verdict === 'unknown') continue;
    judged.add(key);
    if (finding.verdict === 'clear') add(current && resolve(current, moment, 'resolved'));
    else add(current === undefined ? begin(finding, incidents, moment) : goOn(current, finding, moment));
  }
  for (const [key, incident] of active) {
    if (!judged.has(key) && isOver(incident.lastSeenAt, moment.config.expire_s, moment)) {
      add(resolve(incident, moment, 'expired'));
    }
  }
  return changed;
}

/** Opens an incident, or the one that was resolved a moment ago once more. */
function begin(finding: Finding, incidents: readonly Incident[], moment: Moment): Incident {
  const subject = subjectText(finding.subject);
  const [last] = incidents
    .filter(one => one.rule === finding.rule && one.subject === subject && one.state === 'resolved')
    .toSorted((a, b) => (b.resolvedAt?.getTime() ?? 0) - (a.resolvedAt?.getTime() ?? 0));
  const { now, runId, config } = moment;
  if (last?.resolvedAt != null && !isOver(last.resolvedAt, config.reopen_s, moment)) {
    const reopened: Incident = {
      ...seen(last, finding, moment),
      state: 'open',
      resolvedAt: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      history: remembered(last, { at: now.toISOString(), what: 'reopened', ...numbers(finding) }),
    };
    // A condition that comes and goes is one story: it is told no more often than one that stays.
    return isOver(last.notifiedAt, config.repeat_s, moment) ? notified(reopened, 'reopened', moment) : reopened;
  }
  const opened: Incident = {
    alertId: alertIdOf(finding.rule, subject, now),
    rule: finding.rule,
    subject,
    videoId: finding.subject.kind === 'video' ? finding.subject.videoId : null,
    title: finding.title,
    severity: finding.severity,
    state: 'open',
    evidence: finding.evidence,
    openedAt: now,
    lastSeenAt: now,
    notifiedAt: null,
    notificationCount: 0,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    runId,
    history: [{ at: now.toISOString(), what: 'opened', ...numbers(finding) }],
    outbox: [],
  };
  return notified(opened, 'opened', moment);
}

/** An incident whose condition still holds. */
function goOn(incident: Incident, finding: Finding, moment: Moment): Incident | undefined {
  if (incident.state === 'open' && isOver(incident.notifiedAt, moment.config.repeat_s, moment)) {
    const entry: HistoryEntry = { at: moment.now.toISOString(), what: 'repeated', ...numbers(finding) };
    return notified({ ...seen(incident, finding, moment), history: remembered(incident, entry) }, 'repeated', moment);
  }
  return isOver(incident.lastSeenAt, touchS, moment) ? seen(incident, finding, moment) : undefined;
}

function resolve(incident: Incident, moment: Moment, what: 'resolved' | 'expired'): Incident {
  const at = moment.now.toISOString();
  const resolved: Incident = {
    ...incident,
    state: 'resolved',
    resolvedAt: moment.now,
    history: remembered(incident, { at, what }),
  };
  // Who was not told that it is open again need not hear that it is over again.
  return isToldOf(incident) ? notified(resolved, 'resolved', moment) : resolved;
}

/** Whether a message has gone out since the incident was last opened. */
function isToldOf({ history, notifiedAt }: Incident): boolean {
  const begun = history.findLast(({ what }) => what === 'opened' || what === 'reopened')?.at;
  return begun === undefined || (notifiedAt !== null && notifiedAt.getTime() >= Date.parse(begun));
}

const seen = (incident: Incident, { evidence, severity, title }: Finding, { now, runId }: Moment): Incident => ({
  ...incident,
  evidence,
  severity,
  title,
  lastSeenAt: now,
  runId,
});

/** Puts a message into the outbox, which is stored with the incident: none is lost and none is written twice. */
function notified(incident: Incident, kind: NoticeKind, { now, sinks }: Moment): Incident {
  const count = incident.notificationCount + 1;
  const notice = {
    id: `${incident.alertId}-${count}`,
    kind,
    at: now.toISOString(),
    summary: incident.evidence.summary,
    pending: sinks.map(sink => ({ sink, attempts: 0 })),
  };
  return { ...incident, notifiedAt: now, notificationCount: count, outbox: [...incident.outbox, notice] };
}

/** The history with one entry more; of a long one the first entry and the newest are kept. */
export function remembered({ history }: Incident, entry: HistoryEntry): HistoryEntry[] {
  const all = [...history, entry];
  return all.length <= historyCountMax ? all : [...all.slice(0, 1), ...all.slice(1 - historyCountMax)];
}

const numbers = ({ evidence: { summary, value } }: Finding) => ({ summary, value });

const isOver = (since: Date | null, seconds: number, { now }: Moment): boolean =>
  since === null || now.getTime() - since.getTime() >= seconds * 1000;

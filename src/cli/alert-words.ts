import type { DeadLetter, Delivery, Incident } from '#alerts';
import { snakeKeys } from './snake-keys.js';

/** An incident for machines: its numbers beside what names it, the outbox as what is still to be told. */
export function alertValue(incident: Incident): unknown {
  const { evidence, outbox, ...rest } = incident;
  const waiting = outbox.flatMap(({ pending }) => pending.map(({ sink }) => sink));
  return snakeKeys({ ...dated(rest), ...evidence, waitingFor: [...new Set(waiting)] });
}

const dated = (held: object): object =>
  Object.fromEntries(
    Object.entries(held).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
  );

/** One line an incident, and its sentence below. */
export function alertLines(incident: Incident): string[] {
  const { state, severity, alertId, title, evidence, openedAt, acknowledgedBy, outbox } = incident;
  const by = state === 'acknowledged' ? ` by ${oneLine(acknowledgedBy ?? '')}` : '';
  const waiting = outbox.length > 0 ? '  (not told everywhere yet)' : '';
  return [
    `${alertId}  ${state}${by}  ${severity}  since ${openedAt.toISOString()}  ${oneLine(title)}${waiting}`,
    `  ${oneLine(evidence.summary)}`,
  ];
}

/** What happened to one incident, oldest first. */
export const historyLines = (incident: Incident): string[] => [
  ...alertLines(incident),
  ...incident.history.map(({ at, what, by, note, summary }) =>
    oneLine(
      `  ${at}  ${what}${by === undefined ? '' : ` by ${by}`}${note === undefined ? '' : `: ${note}`}${summary === undefined ? '' : `  ${summary}`}`,
    ),
  ),
];

/** A message that no sink has taken. */
export const deadLetterLine = ({ sink, failed_at, attempts, reason, message }: DeadLetter): string =>
  `dead letter for ${sink}: ${message.incident_count} incidents, ${attempts} attempts, last ${failed_at}: ${reason}`;

/** What became of a delivery that was not taken; none for one that was. */
export function deliveryLine({ sink, outcome, incidentCount, reason }: Delivery): string | undefined {
  const why = reason === undefined ? '' : ` (${reason})`;
  switch (outcome) {
    case 'taken':
      return undefined;
    case 'kept_for_later':
      return `alerts: ${sink} has not taken ${incidentCount} messages${why}; the next run tries again`;
    case 'dead_letter':
      return `alerts: ${sink} has not taken ${incidentCount} messages${why}; kept as a dead letter, see \`playhead alerts\``;
    case 'no_such_sink':
      return `alerts: ${incidentCount} messages were for the sink ${sink}, which the configuration no longer has`;
  }
}

/** Titles of videos come from outside: no line break and nothing that moves a terminal's cursor. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

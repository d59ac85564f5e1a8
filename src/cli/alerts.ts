import type { Command } from 'commander';
import { z } from 'zod';
import {
  type Acknowledged,
  acknowledgeAlert,
  openSinks,
  readDeadLetters,
  readIncidents,
  retryDeadLetters,
} from '#alerts';
import { PlayheadError } from '#errors';
import { sql } from '#sql';
import { alertLines, alertValue, deadLetterLine, historyLines } from './alert-words.js';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { withAlerts } from './with-alerts.js';

const listOptions = z.object({ all: z.boolean().default(false) });
const ackOptions = z.object({ by: z.string().trim().min(1).max(200), note: z.string().max(1000).optional() });

/** `playhead alerts`: the incidents, and what can be done about them. */
export function registerAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('Shows the incidents that are open, and messages that no sink has taken.')
    .option('--all', 'resolved ones too, the newest 1,000')
    .action((options: unknown, command: Command) => list(contextOf(command), parseOptions(listOptions, options)));
  alerts
    .command('ack')
    .description('Takes note of an incident: it is not repeated any more.')
    .argument('<id>', 'the id of an incident')
    .requiredOption('--by <name>', 'who takes note of it')
    .option('--note <text>', 'what the others should know')
    .action((id: string, options: unknown, command: Command) =>
      acknowledge(contextOf(command), { alertId: id, ...parseOptions(ackOptions, options) }),
    );
  alerts
    .command('history')
    .description('Shows what happened to an incident.')
    .argument('<id>', 'the id of an incident')
    .action((id: string, _: unknown, command: Command) => history(contextOf(command), id));
  alerts
    .command('retry')
    .description('Sends every dead letter once more.')
    .action((_: unknown, command: Command) => retry(contextOf(command)));
  for (const command of alerts.commands) command.exitOverride();
}

async function list({ config, print }: CommandContext, { all }: z.infer<typeof listOptions>): Promise<void> {
  const where = all ? sql`true` : sql`state <> 'resolved'`;
  const incidents = (await withAlerts(config, store => readIncidents(store, where))).slice(0, 1000);
  const letters = await readDeadLetters(config.data);
  const lines = [...incidents.flatMap(alertLines), ...letters.map(deadLetterLine)];
  print({
    text: lines.join('\n') || (all ? 'no incident yet' : 'no incident is open'),
    value: { alerts: incidents.map(alertValue), dead_letters: letters },
  });
}

async function acknowledge(
  { config, print }: CommandContext,
  given: { readonly alertId: string; readonly by: string; readonly note?: string | undefined },
): Promise<void> {
  const done = await withAlerts(config, store => acknowledgeAlert(store, given, new Date()));
  if (done.kind === 'not_found') throw unknownId(given.alertId);
  print({ text: said(done), value: { outcome: done.kind, alert: alertValue(done.alert) } });
}

function said(done: Exclude<Acknowledged, { kind: 'not_found' }>): string {
  const { alertId, acknowledgedBy, resolvedAt } = done.alert;
  switch (done.kind) {
    case 'acknowledged':
      return `${alertId} acknowledged by ${acknowledgedBy ?? ''}`;
    case 'already_acknowledged':
      return `${alertId} was acknowledged before, by ${acknowledgedBy ?? ''}`;
    case 'already_resolved':
      return `${alertId} was resolved at ${resolvedAt?.toISOString() ?? ''}`;
  }
}

async function history({ config, print }: CommandContext, alertId: string): Promise<void> {
  const [incident] = await withAlerts(config, store => readIncidents(store, sql`alert_id = ${alertId}`));
  if (incident === undefined) throw unknownId(alertId);
  print({ text: historyLines(incident).join('\n'), value: alertValue(incident) });
}

async function retry({ config, print }: CommandContext): Promise<void> {
  const clock = () => new Date();
  const sinks = openSinks(config.alerts, { clock, log: line => process.stderr.write(`${line}\n`) });
  const retried = await retryDeadLetters(config.data, sinks, clock);
  const failed = retried.filter(({ failure }) => failure !== undefined);
  print({
    text: `${retried.length - failed.length} of ${retried.length} dead letters were taken`,
    value: retried.map(({ letter, failure }) => ({
      message_id: letter.message.id,
      sink: letter.sink,
      failure: failure ?? null,
    })),
  });
  if (failed.length === 0) return;
  throw new PlayheadError({
    code: 'ALERT_DELIVERY_FAILED',
    at: [...new Set(failed.map(({ letter }) => letter.sink))].join(', '),
    message: `${failed.length} dead letters were not taken: ${[...new Set(failed.map(({ failure }) => failure))].join(', ')}`,
    hint: 'they are kept; mend the sink and run it again',
  });
}

const unknownId = (alertId: string): PlayheadError =>
  new PlayheadError({
    code: 'ALERT_UNKNOWN_ID',
    at: alertId,
    message: 'no incident has this id',
    hint: '`playhead alerts --all` lists them',
  });

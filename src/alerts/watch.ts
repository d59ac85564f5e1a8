import { join, lit, sql } from '#sql';
import { findings } from './conditions/findings.js';
import { groupVideos } from './conditions/group.js';
import type { LookContext } from './conditions/looked-at.js';
import type { Finding, Incident } from './incident.js';
import { advance } from './life-cycle.js';
import { changeIncidents } from './store.js';

/**
 * Looks at every condition and brings the incidents up to date, in one commit: those that changed, as they are now.
 * Messages are only written down here (`deliver` sends them). `more` are findings about what is in no table.
 * @throws ALERT_CONFLICT
 */
export async function watchAlerts(
  context: LookContext,
  sinks: Iterable<string>,
  more: readonly Finding[] = [],
): Promise<readonly Incident[]> {
  const found = [...more, ...(await findings(context))];
  return bringUpToDate({ ...context, runId: context.served.runId }, found, sinks, sql`true`);
}

/** The same for findings about what is in no table: incidents of other rules are left alone. @throws ALERT_CONFLICT */
export async function watchFindings(
  context: FoundContext,
  found: readonly Finding[],
  sinks: Iterable<string>,
): Promise<readonly Incident[]> {
  const rules = join([...new Set(found.map(({ rule }) => rule))].map(rule => sql`${rule}`));
  return bringUpToDate(context, found, sinks, sql`rule in (${rules})`);
}

export interface FoundContext extends Omit<LookContext, 'served'> {
  /** The run whose tables are served; empty before the first. */
  readonly runId: string;
}

function bringUpToDate(
  { lake, engine, config, now, runId }: FoundContext,
  found: readonly Finding[],
  sinks: Iterable<string>,
  which: ReturnType<typeof sql>,
): Promise<readonly Incident[]> {
  const rememberedMs = now.getTime() - config.alerts.reopen_s * 1000;
  const rememberedAt = engine.dialect.instantOfUs(lit(BigInt(rememberedMs) * 1000n));
  const where = sql`${which} and (state <> 'resolved' or resolved_at >= ${rememberedAt})`;
  // Here and not in the change, which may be worked out more than once: an iterator gives its names once.
  const names = [...sinks].sort();
  return changeIncidents({ lake, engine }, where, incidents => {
    const grouped = groupVideos(found, incidents, config.alerts.incidents_per_rule_max);
    const moment = { now, runId, config: config.alerts, sinks: names };
    const changed = advance(incidents, grouped, moment);
    return { changed, result: changed };
  });
}

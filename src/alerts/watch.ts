import { lit, sql } from '#sql';
import { findings } from './conditions/findings.js';
import { groupVideos } from './conditions/group.js';
import type { LookContext } from './conditions/looked-at.js';
import type { Incident } from './incident.js';
import { advance } from './life-cycle.js';
import { changeIncidents } from './store.js';

/**
 * Looks at every condition and brings the incidents up to date, in one commit: those that changed, as they are now.
 * Messages are only written down here (`deliver` sends them). @throws ALERT_CONFLICT
 */
export async function watchAlerts(context: LookContext, sinks: Iterable<string>): Promise<readonly Incident[]> {
  const { lake, engine, config, served, now } = context;
  const found = await findings(context);
  const rememberedMs = now.getTime() - config.alerts.reopen_s * 1000;
  const rememberedAt = engine.dialect.instantOfUs(lit(BigInt(rememberedMs) * 1000n));
  return changeIncidents({ lake, engine }, sql`(state <> 'resolved' or resolved_at >= ${rememberedAt})`, incidents => {
    const grouped = groupVideos(found, incidents, config.alerts.incidents_per_rule_max);
    const moment = { now, runId: served.runId, config: config.alerts, sinks: [...sinks].sort() };
    const changed = advance(incidents, grouped, moment);
    return { changed, result: changed };
  });
}

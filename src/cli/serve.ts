import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '#config';
import { dashboardFolder } from '#dashboard';
import { systemClock } from '#schedule';
import { type CommandContext, contextOf, parseOptions } from './context.js';
import { type Doors, describeDoors, doorLines } from './doors.js';
import { explainServed } from './explain-served.js';
import { impatient } from './impatient.js';
import { intervalMs } from './interval.js';
import { noteOlderDefinitions } from './older-definitions.js';
import { openCube } from './open-cube.js';
import { assertPortsFree } from './ports.js';
import { runEvery } from './run.js';
import { servedAlerts } from './served-alerts.js';
import { aborted, openStopSignal } from './stop-signal.js';
import { watchOver } from './watch-over.js';

export const serveOptionsSchema = z.object({ every: intervalMs.optional() });

/** `playhead serve`: all doors over the tables as they are. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('Opens all doors: Cube (REST, Playground), the SQL API, the GraphQL gateway and the dashboard.')
    .option('--every <interval>', 'also run the job every so often (30s, 5m, 1h)')
    .action(async (options: unknown, command: Command) => {
      const context = contextOf(command);
      const { every } = parseOptions(serveOptionsSchema, options);
      const stop = openStopSignal();
      try {
        await assertPortsFree(context.config);
        await noteOlderDefinitions(context);
        await serve(context, { everyMs: every, signal: stop.signal });
      } finally {
        stop.close();
      }
    });
}

export interface ServeOptions {
  /** Run the job every so often while serving; not at all without it. */
  readonly everyMs?: number | undefined;
  /** Serves until it aborts. */
  readonly signal: AbortSignal;
}

/** Opens all doors, says where they are, and closes them in order when the signal aborts. @throws PORT_IN_USE, MODEL_INVALID */
export async function serve(context: CommandContext, { everyMs, signal }: ServeOptions): Promise<void> {
  const { config, note } = context;
  // Cube tells of itself by console.log; stdout belongs to the result.
  console.log = console.error;
  // Loaded here: Cube alone takes longer to load than most commands to run.
  const { startGateway } = await import('#gateway');
  const cube = await openCube(config);
  try {
    const gateway = await startGateway({ config, cubeUrl: cube.url, dashboardFolder, services: servicesOf(config) });
    try {
      announce(context, { gatewayUrl: gateway.url, cube: cube.doors });
      const schedule =
        everyMs === undefined
          ? Promise.resolve()
          : runEvery(context, { everyMs, signal, ifLeased: 'wait', gatewayUrl: gateway.url });
      const watch = watchOver(context, { clock: systemClock, signal });
      await Promise.all([aborted(signal), schedule, watch]);
      note('Stopping: finishing what is being answered');
    } finally {
      await gateway.close();
    }
  } finally {
    await cube.close();
  }
}

/** What the gateway cannot ask Cube. */
function servicesOf(config: Config) {
  const asked = impatient(config);
  return { explainSession: explainServed(asked), alerts: servedAlerts(asked) };
}

function announce({ config, print }: CommandContext, doors: Doors): void {
  const described = describeDoors(config, doors);
  const { cube, gatewayUrl } = doors;
  const cubeUrl = cube?.url ?? config.serve.cube_url;
  print({
    text: doorLines(resolve(config.data), described),
    value: { cube_url: cubeUrl, gateway_url: gatewayUrl, sql_port: cube?.sqlPort ?? null, doors: described },
  });
}

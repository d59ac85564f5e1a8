import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '#config';
import { exitStatusOf, PlayheadError } from '#errors';
import { sparkOptionsOf } from '#job';
import { commandOutput, configOf, parseOptions } from './context.js';
import { type Check, machineChecks, nodeCheck } from './doctor-checks.js';
import { type EngineChecks, engineChecks } from './doctor-engine.js';
import { openStopSignal } from './stop-signal.js';

const optionsSchema = z.object({
  source: z
    .string()
    .regex(/^[^.]+(\.[^.]+){0,2}$/, 'it must be a table, as catalog.schema.table')
    .optional(),
});

/** What became of one check. */
interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'failed' | 'skipped';
  readonly says: string;
  readonly error?: unknown;
}

/** `playhead doctor`: whether all that the configuration asks for is there, one line a check. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Looks whether this machine and the configured engine have what Playhead needs; one line a check.')
    .option('--source <table>', 'the table of events in the catalog, as catalog.schema.table: whether it can be read')
    .action(async (options: unknown, command: Command) => {
      const { print } = commandOutput(command);
      const { source } = parseOptions(optionsSchema, options);
      const stop = openStopSignal();
      try {
        const findings = await examine(() => configOf(command), source, stop.signal);
        print({ text: findings.map(lineOf).join('\n'), value: jsonOf(findings) });
        const failed = findings.find(({ status }) => status === 'failed');
        if (failed !== undefined) process.exitCode = exitStatusOf(failed.error);
      } finally {
        stop.close();
      }
    });
}

async function examine(load: () => Config, source: string | undefined, signal: AbortSignal): Promise<Finding[]> {
  const findings = [await findingOf(nodeCheck(process.versions.node))];
  let config: Config | undefined;
  const read = async () => {
    config = load();
    return `understood; the engine is ${config.engine.kind}`;
  };
  findings.push(await findingOf({ name: 'configuration', look: read }));
  if (config === undefined) return findings;
  for (const check of machineChecks(config)) findings.push(await findingOf(check));
  const there = checksThere(config, source, signal);
  try {
    findings.push(...(await inTurn(there.checks)));
  } finally {
    await there.close();
  }
  return findings;
}

const nothingThere: EngineChecks = { checks: [], close: async () => undefined };

function checksThere(config: Config, source: string | undefined, signal: AbortSignal): EngineChecks {
  try {
    const options = sparkOptionsOf(config, signal);
    return options === undefined ? nothingThere : engineChecks(options, source);
  } catch (error) {
    const look = () => Promise.reject(error);
    return { ...nothingThere, checks: [{ name: 'connection', look }] };
  }
}

/** Each check builds on the one before: the first that fails ends the row, and the others are not tried. */
async function inTurn(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    const broken = findings.find(({ status }) => status === 'failed');
    findings.push(
      broken === undefined
        ? await findingOf(check)
        : { name: check.name, status: 'skipped', says: `not tried, since ${broken.name} failed` },
    );
  }
  return findings;
}

async function findingOf({ name, look }: Check): Promise<Finding> {
  try {
    return { name, status: 'ok', says: await look() };
  } catch (error) {
    // Anything but our own errors is a bug, and shown as every command shows it.
    if (!(error instanceof PlayheadError)) throw error;
    return { name, status: 'failed', says: error.line, error };
  }
}

const lineOf = ({ name, status, says }: Finding): string => `${status.padEnd(7)} ${name.padEnd(13)} ${says}`;

function jsonOf(findings: readonly Finding[]): unknown {
  return {
    ok: findings.every(({ status }) => status === 'ok'),
    checks: findings.map(({ name, status, says, error }) => ({
      name,
      status,
      says,
      ...(error instanceof PlayheadError ? { code: error.code, hint: error.hint ?? null } : {}),
    })),
  };
}

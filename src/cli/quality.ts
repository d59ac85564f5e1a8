import type { Command } from 'commander';
import { z } from 'zod';
import { PlayheadError } from '#errors';
import { allRules } from '#quality';
import { tables } from '#tables';
import { contextOf, parseOptions } from './context.js';
import {
  byGravity,
  failuresOf,
  historyText,
  judgeFreshness,
  parseLine,
  type QualityLine,
  reportText,
  resultRows,
} from './quality-report.js';
import { withServedRun } from './served-run.js';
import { snakeKeys } from './snake-keys.js';

const optionsSchema = z.object({
  failOn: z.enum(['error', 'warning', 'info', 'none']).default('error'),
  history: z.string().min(1).optional(),
});

/** `playhead quality`: what the data-quality rules say of the tables that are served. */
export function registerQuality(program: Command): void {
  program
    .command('quality')
    .description('Reports every data-quality rule over the tables that are served; fails when rules have failed.')
    .option(
      '--fail-on <severity>',
      'end with status 1 when a rule of this severity or above failed: error, warning, info, none',
      'error',
    )
    .option('--history <rule>', 'one rule in the newest 100 runs instead')
    .action(async (options: unknown, command: Command) => {
      const { config, print } = contextOf(command);
      const { failOn, history } = parseOptions(optionsSchema, options);
      const now = new Date();
      if (history !== undefined) {
        assertRule(
          history,
          allRules(config.quality).map(({ name }) => name),
        );
        const lines = await readLines(config, now, { rule: history });
        return print({ text: historyText(lines), value: snakeKeys(lines) });
      }
      const lines = (await readLines(config, now)).sort(byGravity);
      print({ text: reportText(lines), value: { run_id: lines[0]?.runId ?? null, rules: snakeKeys(lines) } });
      const failed = failOn === 'none' ? [] : failuresOf(lines, failOn);
      if (failed.length === 0) return;
      throw new PlayheadError({
        code: 'QUALITY_FAILED',
        at: lines[0]?.runId ?? 'quality',
        message: `${failed.map(({ rule }) => rule).join(', ')} failed`,
        hint: 'the report names samples; `playhead explain session <id>` shows how a session came about',
      });
    });
}

type Config = Parameters<typeof withServedRun>[0];

/** The results of the served run, or of one rule in many; freshness as of now. */
function readLines(config: Config, now: Date, which?: { readonly rule: string }): Promise<QualityLine[]> {
  return withServedRun(config, async ({ lake, engine, served }) => {
    const results = await lake.read(tables.quality_results, { version: served.versions.quality_results ?? -1 });
    const lines = (await engine.query(resultRows(results, which ?? { runId: served.runId }, engine.dialect))).map(
      parseLine,
    );
    if (which !== undefined) return lines;
    const { newestReceivedUs } = served;
    return lines.map(line => judgeFreshness(line, { newestReceivedUs, now, maxS: config.quality.freshness_s_max }));
  });
}

function assertRule(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new PlayheadError({
    code: 'USAGE',
    at: '--history',
    message: `there is no rule "${name}"`,
    hint: `the rules are: ${known.join(', ')}`,
  });
}

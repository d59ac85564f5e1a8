import type { Command } from 'commander';
import { PlayheadError } from '#errors';
import { describeExplanation, explainSession } from '#explain';
import { contextOf } from './context.js';
import { withServedRun } from './served-run.js';
import { snakeKeys } from './snake-keys.js';

/** `playhead explain session <id>`: how a served row came about. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('Shows how a served session came about: its events, the verdict on each interval, the sums.')
    .argument('<what>', 'session')
    .argument('<id>', 'the session_id')
    .addHelpText(
      'after',
      '\nRuns the steps that made the row once more over the events of its user, and checks that they give the same row.\nExample: playhead explain session 0cc175b9c0f1b6a831c399e269772661',
    )
    .action(async (what: string, sessionId: string, _options: unknown, command: Command) => {
      assertSession(what);
      const { config, print } = contextOf(command);
      const explanation = await withServedRun(config, ({ lake, engine, served }) =>
        explainSession({ lake, engine, served, config, sessionId }),
      );
      print({ text: describeExplanation(explanation), value: snakeKeys(explanation) });
      if (!explanation.agrees) {
        throw new PlayheadError({
          code: 'EXPLAIN_DISAGREES',
          at: `session ${sessionId}`,
          message: 'the served row is not what its events add up to',
          hint: 'run `playhead sessionize --full`; if it stays, report it with the output of --json',
        });
      }
    });
}

/** @throws USAGE */
function assertSession(what: string): void {
  if (what === 'session') return;
  throw new PlayheadError({
    code: 'USAGE',
    at: `explain ${what}`,
    message: 'only a session can be explained',
    hint: 'write `playhead explain session <id>`',
  });
}

import { Command, CommanderError } from 'commander';
import { codes, exitStatusOf, PlayheadError } from '#errors';
import { surviveClosedPipes } from './closed-pipe.js';
import { commands } from './commands.js';

const program = new Command('playhead')
  .description('Turns video player events into watch time that people trust, and serves it through every door.')
  .option('--data <folder>', 'the data folder, one Delta table a folder (PLAYHEAD_DATA; default ./data)')
  .option('--config <file>', 'the configuration file (default playhead.config.yaml where it exists)')
  .option('--json', 'results as JSON on stdout')
  .option('--quiet', 'no progress and no remarks on stderr')
  // What is wrong with a command line is told below, by the line that every failure has.
  .configureOutput({ outputError: () => {} })
  .exitOverride();

const serving = ['up', 'serve', 'run'];
surviveClosedPipes(() => process.argv.slice(2).some(word => serving.includes(word)));

for (const register of commands) register(program);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** One clear line on stderr; a bug shows its stack. Returns the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Without a command its help has been shown.
    return error.code === 'commander.help' ? codes.USAGE.exit : report(usage(error));
  }
  if (error instanceof PlayheadError) process.stderr.write(`${error.line}\n`);
  else process.stderr.write(`INTERNAL: ${error instanceof Error ? error.stack : String(error)}\n`);
  return exitStatusOf(error);
}

function usage({ message }: CommanderError): PlayheadError {
  return new PlayheadError({ code: 'USAGE', message: message.replace(/^error: /, ''), hint: 'see --help' });
}

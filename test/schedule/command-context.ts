import type { Config } from '#config';
import type { CommandContext } from '../../src/cli/context.js';
import { openProgress } from '../../src/cli/progress.js';

/** What a command gets, with its words kept. */
export function commandContext(config: Config) {
  const notes: string[] = [];
  const printed: string[] = [];
  const context: CommandContext = {
    config,
    json: false,
    print: ({ text }) => printed.push(text),
    note: line => notes.push(line),
    progress: (title, total) => openProgress({ title, total, isQuiet: true }),
  };
  return { context, notes, printed };
}

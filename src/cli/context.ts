import type { Command } from 'commander';
import { z } from 'zod';
import { type Config, loadConfig } from '#config';
import { PlayheadError } from '#errors';
import { openProgress, type Progress } from './progress.js';

const globalOptions = z.object({
  data: z.string().optional(),
  config: z.string().optional(),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
});

/** What every command gets: the checked configuration, and where its words go. */
export interface CommandContext extends CommandOutput {
  readonly config: Config;
}

/** Where the words of a command go. */
export interface CommandOutput {
  readonly json: boolean;
  /** The result, to stdout: `text` for people, `value` as one JSON document with `--json`. */
  readonly print: (result: { readonly text: string; readonly value: unknown }) => void;
  /** A remark for people, to stderr; silent with `--quiet`. */
  readonly note: (line: string) => void;
  /** A progress bar on stderr, or a plain line now and then where there is no terminal. */
  readonly progress: (title: string, total?: number) => Progress;
}

/** Reads the global options of a command (given anywhere on the line) and the configuration. @throws CONFIG_... */
export function contextOf(command: Command): CommandContext {
  const options = globalOptions.parse(command.optsWithGlobals());
  return { config: configOf(command), ...outputOf(options) };
}

/** The configuration that a command line names. @throws CONFIG_... */
export function configOf(command: Command): Config {
  const { config, data } = globalOptions.parse(command.optsWithGlobals());
  return loadConfig({ file: config, data, env: process.env });
}

/** Where the words of a command go, for one that speaks before its configuration is read. */
export const commandOutput = (command: Command): CommandOutput =>
  outputOf(globalOptions.parse(command.optsWithGlobals()));

function outputOf(options: z.infer<typeof globalOptions>): CommandOutput {
  return {
    json: options.json,
    print: ({ text, value }) => {
      const line = options.json ? JSON.stringify(value, jsonValue) : text;
      process.stdout.write(line.endsWith('\n') ? line : `${line}\n`);
    },
    note: line => {
      if (!options.quiet) process.stderr.write(`${line}\n`);
    },
    progress: (title, total) => openProgress({ title, total, isQuiet: options.quiet || options.json }),
  };
}

/** BIGINT as a JSON number where it is exact, else as text; instants as ISO 8601. */
export function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

/** Parses the options of one command at the edge. @throws USAGE */
export function parseOptions<T extends z.ZodType>(schema: T, options: unknown): z.infer<T> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const option = String(issue?.path[0] ?? '').replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  throw new PlayheadError({
    code: 'USAGE',
    at: `--${option}`,
    message: issue?.message ?? 'the option is not understood',
    hint: 'see --help',
  });
}

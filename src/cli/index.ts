/** The command line: one thin file a command; knows everything, nobody knows it. */
export { type CommandContext, contextOf, jsonValue, parseOptions } from './context.js';

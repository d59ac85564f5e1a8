/** Viewers whose truth is known: events as players report them, what was really watched, and the job's score against it. */
export { type GenerateManifest, type GenerateOptions, generate, readManifest } from './generate.js';
export { type JobTables, type Score, score } from './score.js';

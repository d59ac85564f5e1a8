/** The one error class, the list of all codes, and the assertion for invariants. Everybody may throw it. */
export { codes, type ErrorCode } from './codes.js';
export { assert, type ErrorDetails, exitStatusOf, PlayheadError } from './playhead-error.js';

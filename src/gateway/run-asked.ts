import { gatewayError, requestError } from './errors.js';

/** The header by which the whole request is answered from an older run; Cube's REST API has it under the same name. */
export const versionHeader = 'x-playhead-version';

/** Which run answers a request: the one of this number (`job_runs.sequence`), the newest where there is none. */
export interface RunAsked {
  version: number | undefined;
}

/** What Cube's refusal of a version means. */
export const versionNotFound = (version: number) =>
  gatewayError(
    'VERSION_NOT_FOUND',
    `no finished run has the number ${version}, or its files were cleaned up; \`freshness { dataVersion }\` tells the newest`,
  );

/** Cube's own image answers every question from the newest tables. */
export const olderRunsNotServed = () =>
  gatewayError(
    'VERSION_NOT_FOUND',
    'older runs cannot be asked here: the Cube behind this gateway knows the newest only',
  );

/** The number that the header holds; none where there is no such header. @throws VERSION_NOT_FOUND when it is no number */
export function versionOfHeader(given: string | string[] | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) return Number(given);
  throw requestError('VERSION_NOT_FOUND', `the header ${versionHeader} holds no number of a run`);
}

/** @throws BAD_USER_INPUT: what is about now, or is kept beside the runs, is in no older run */
export function assertNow({ version }: RunAsked, what: string): void {
  if (version !== undefined) throw gatewayError('BAD_USER_INPUT', `no older run can answer ${what}`);
}

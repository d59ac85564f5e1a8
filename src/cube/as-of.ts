import { z } from 'zod';
import { PlayheadError } from '#errors';

/** Names under which the doors ask for an older run: `SET playhead.version = 12`, and a header of REST and GraphQL. */
export const versionSetting = 'playhead.version';
export const versionHeader = 'x-playhead-version';

/** Why an older run cannot be served, as each door needs to be told it. */
export class VersionRefused extends PlayheadError {
  /** Cube answers such errors with status 400. */
  readonly type = 'UserError';
  /** invalid_parameter_value, for the SQL API. */
  readonly sqlState = '22023';

  constructor(given: string, message: string, cause?: unknown) {
    const details = { code: 'VERSION_NOT_FOUND', at: `version ${given}`, hint: 'job_runs lists the runs' } as const;
    super({ ...details, message, cause });
    // Cube shows nothing of an error but its message.
    this.message = this.line;
  }
}

const askedSchema = z.object({
  headers: z
    .object({ [versionHeader]: z.string() })
    .optional()
    .catch(undefined),
  meta: z
    .object({ settings: z.object({ [versionSetting]: z.string() }) })
    .optional()
    .catch(undefined),
  securityContext: z.object({ as_of_version: z.number() }).optional().catch(undefined),
});

/**
 * The number of the run (`job_runs.sequence`) that a request wants answers from; none for the newest.
 * Cube hands SQL that comes over HTTP on with nothing but what it knows of the caller, so that may carry it too.
 * @throws VersionRefused when it is no number
 */
export function versionAsked(request: unknown): number | undefined {
  const { data } = askedSchema.safeParse(request);
  const given = data?.headers?.[versionHeader] ?? data?.meta?.settings[versionSetting];
  if (given === undefined) return data?.securityContext?.as_of_version;
  if (!/^\d{1,15}$/.test(given)) throw new VersionRefused(given, 'the number of a run is a whole number');
  return Number(given);
}

/** What the request's token says of the caller, with the version in it. */
export function withVersion(request: object, version: number): object {
  const known =
    'securityContext' in request && typeof request.securityContext === 'object' ? request.securityContext : {};
  return { ...known, as_of_version: version };
}

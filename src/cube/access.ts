import { z } from 'zod';
import { type Config, roles } from '#config';

/** What a caller is: everything that access rules look at. Cube calls it the security context. */
const callerSchema = z.object({
  // What is no role has the least of them.
  role: z.enum(roles).catch('analyst'),
  tenant: z.string().min(1).optional().catch(undefined),
  sub: z.string().optional().catch(undefined),
});
export type Caller = z.infer<typeof callerSchema>;

/** The caller that claims of a verified token, or a security context, describe. */
export const callerOf = (claims: unknown): Caller =>
  callerSchema.catch({ role: 'analyst' }).parse(typeof claims === 'object' && claims !== null ? claims : {});

/** What ids a caller is shown: those of the tables, or keyed hashes in their place. */
export type Ids = 'plain' | 'pseudonymised';

export const idsOf = ({ access }: Config, caller: Caller): Ids =>
  caller.role === 'analyst' && access.analyst_users === 'pseudonymised' ? 'pseudonymised' : 'plain';

/**
 * The group of the models' access policies that a caller is in; none for a caller who may see nothing. `pseudonymous`
 * are analysts whose ids are hashes already, `analyst` those who must not see any; the `tenant_` groups are held to
 * rows of their tenant, and without a tenant there are no such rows.
 */
export function groupsOf(config: Config, context: unknown): string[] {
  const caller = callerOf(context);
  const group = idsOf(config, caller) === 'pseudonymised' ? 'pseudonymous' : caller.role;
  if (config.access.tenants === 'none') return [group];
  return caller.tenant === undefined ? [] : [`tenant_${group}`];
}

/** Parts of Cube's API that a caller may use. Building of rollups is no business of callers. */
export const scopesOf = (config: Config, context: unknown): ('graphql' | 'meta' | 'data' | 'sql')[] =>
  groupsOf(config, context).length === 0 ? [] : ['graphql', 'meta', 'data', 'sql'];

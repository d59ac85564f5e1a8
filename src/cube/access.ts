import type { Config } from '#config';

/** What a caller is: everything that access rules look at. */
export interface SecurityContext {
  readonly role: 'admin' | 'analyst' | 'service';
}

export interface SqlCredentials {
  /** The password that the client must send. */
  readonly password: string;
  readonly securityContext: SecurityContext;
}

/**
 * Who may open the SQL API: the one user of the configuration, as an analyst. The SQL server compares the passwords.
 * Production has no other password than the configured one; `loadConfig` refuses the default there.
 */
export function sqlCredentials(config: Config, user: string | null): SqlCredentials {
  if (user !== config.secrets.sql_user) throw new Error(`password authentication failed for user "${user ?? ''}"`);
  return { password: config.secrets.sql_password, securityContext: { role: 'analyst' } };
}

/** The groups of the models' access policies that a caller is in. Callers without a token exist in development only. */
export function groupsOf(securityContext: unknown): string[] {
  if (typeof securityContext !== 'object' || securityContext === null) return ['analyst'];
  const role = 'role' in securityContext ? securityContext.role : undefined;
  return role === 'admin' || role === 'service' ? [role] : ['analyst'];
}

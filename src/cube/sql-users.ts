import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { type Config, configSchema, type SqlUser } from '#config';
import type { Caller } from './access.js';

const developmentPassword = configSchema.parse({}).secrets.sql_password;

/** What the SQL server is told of a user who wants in. */
export interface SqlCredentials {
  /** The password that the client must send; null where only a verifier of it is known. */
  readonly password: string | null;
  /** The password was checked here already. */
  readonly skipPasswordCheck: boolean;
  readonly securityContext: Caller;
}

/**
 * Who may open the SQL API: `secrets.sql_user`, and `secrets.sql_users`. The first is an analyst, but under the password
 * that everybody knows no better guarded than a request without a token, whose role it then has. The SQL server compares
 * passwords that are known in clear, so that clients can log in by SCRAM; for a verifier the client must send its own.
 * Production has no other passwords than the configured ones; `loadConfig` refuses the default there.
 */
export function sqlCredentials({ secrets, access }: Config, user: string | null, sent: string | null): SqlCredentials {
  const role = secrets.sql_password === developmentPassword ? access.without_token : 'analyst';
  const first: SqlUser = { user: secrets.sql_user, password: secrets.sql_password, role };
  const known = [first, ...secrets.sql_users].find(one => one.user === user);
  if (known === undefined) throw new Error(`password authentication failed for user "${user ?? ''}"`);
  const { tenant } = known;
  const securityContext = { role: known.role, ...(tenant === undefined ? {} : { tenant }) };
  const verifier = readVerifier(known.password);
  if (verifier === undefined) return { password: known.password, skipPasswordCheck: false, securityContext };
  return { password: null, skipPasswordCheck: sent !== null && proves(sent, verifier), securityContext };
}

/** RFC 5803, as PostgreSQL keeps passwords. */
interface Verifier {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
}

const verifierPattern = /^SCRAM-SHA-256\$(\d{1,7}):([\w+/]+=*)\$([\w+/]{43}=):([\w+/]{43}=)$/;

function readVerifier(text: string): Verifier | undefined {
  const [, iterations, salt = '', storedKey = ''] = verifierPattern.exec(text) ?? [];
  if (iterations === undefined) return undefined;
  return {
    iterations: Number(iterations),
    salt: Buffer.from(salt, 'base64'),
    storedKey: Buffer.from(storedKey, 'base64'),
  };
}

function proves(sent: string, { iterations, salt, storedKey }: Verifier): boolean {
  const salted = pbkdf2Sync(sent.normalize('NFKC'), salt, iterations, storedKey.length, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  return timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey);
}

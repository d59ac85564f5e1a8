import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Tls } from '../postgres/index.js';

/**
 * The certificate of the SQL API: CUBEJS_PG_SQL_TLS_CERT and CUBEJS_PG_SQL_TLS_KEY name PEM files; with
 * CUBEJS_PG_SQL_TLS_REQUIRED=true clients that do not encrypt are sent away. None where neither is set.
 * @throws Error when only one is set, or the files are no certificate and its key
 */
export function readTls(environment: NodeJS.ProcessEnv): Tls | undefined {
  const [certificate, key] = [environment['CUBEJS_PG_SQL_TLS_CERT'], environment['CUBEJS_PG_SQL_TLS_KEY']];
  if (!certificate && !key) return undefined;
  if (!certificate || !key) throw new Error('CUBEJS_PG_SQL_TLS_CERT and CUBEJS_PG_SQL_TLS_KEY go together.');
  try {
    const secureContext = createSecureContext({
      cert: readFileSync(certificate),
      key: readFileSync(key),
      minVersion: 'TLSv1.2',
    });
    return { secureContext, isRequired: environment['CUBEJS_PG_SQL_TLS_REQUIRED'] === 'true' };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the certificate of the SQL API (${certificate}, ${key}) cannot be used: ${why}`, { cause });
  }
}

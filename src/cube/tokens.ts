import { createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { jwtVerify } from 'jose';
import type { Config } from '#config';
import { type Caller, callerOf } from './access.js';

/** A request as Cube's gateway hands it to `checkAuth`. */
interface TokenRequest {
  securityContext?: unknown;
}

// Cube answers with the status of this error and with 500 to any other; its own copy of the package is the one to ask.
const requireOfCube = createRequire(createRequire(import.meta.url).resolve('@cubejs-backend/server-core'));

const clockToleranceS = 5;

/**
 * Cube's `checkAuth`: reads the caller out of a JWT that is signed with `secrets.api`. Forged, unsigned and expired
 * tokens are refused everywhere; no token at all is taken in development only, as `access.without_token`.
 */
export function tokenCheck(config: Config): (request: TokenRequest, token?: string) => Promise<void> {
  const key = createSecretKey(config.secrets.api, 'utf8');
  const forbidden = forbiddenBy(requireOfCube('@cubejs-backend/api-gateway'));
  return async (request, token) => {
    request.securityContext = await callerBy(token);
  };

  async function callerBy(token: string | undefined): Promise<Caller> {
    if (token === undefined || token === '') {
      if (config.environment === 'production') throw forbidden("Authorization header isn't set");
      return { role: config.access.without_token };
    }
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], clockTolerance: clockToleranceS });
      return callerOf(payload);
    } catch {
      // Why a token is wrong is nothing that its sender must learn.
      throw forbidden('Invalid token');
    }
  }
}

interface GatewayModule {
  readonly CubejsHandlerError: new (status: number, type: string, message: string) => Error;
}

const forbiddenBy =
  ({ CubejsHandlerError }: GatewayModule) =>
  (message: string): Error =>
    new CubejsHandlerError(403, 'Forbidden', message);

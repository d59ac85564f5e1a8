import { errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Config, type Role, roles } from '#config';
import { gatewayError } from './errors.js';

/** Who asks: what Cube's access rules see. */
export interface Caller {
  readonly role: Role;
  /** Whose rows, where rows belong to tenants. */
  readonly tenant: string | undefined;
  readonly sub: string | undefined;
}

const claimsSchema = z.object({
  role: z.enum(roles).default('analyst'),
  tenant: z.string().min(1).max(200).optional(),
  sub: z.string().max(200).optional(),
});

const tokenLengthMax = 4_096;
const clockToleranceS = 5;
/** A token for Cube lives this long and is made anew when a minute is left. */
const serviceTokenS = 300;
const renewBeforeS = 60;
const cachedTokenCountMax = 1_000;

/** Checks the tokens of callers, and makes those that Cube is shown. */
export class Authenticator {
  readonly #isProduction: boolean;
  readonly #roleWithoutToken: Role;
  readonly #key: Uint8Array;
  readonly #tokens = new Map<string, { readonly token: string; readonly renewAtS: number }>();
  readonly #clock: () => number;

  constructor(config: Config, clock: () => number) {
    this.#isProduction = config.environment === 'production';
    this.#roleWithoutToken = config.access.without_token;
    this.#key = new TextEncoder().encode(config.secrets.api);
    this.#clock = clock;
  }

  /** The caller by the `Authorization` header. Development takes requests without one. @throws UNAUTHENTICATED, FORBIDDEN */
  async caller(header: string | undefined): Promise<Caller> {
    if (header === undefined) {
      if (this.#isProduction) throw gatewayError('UNAUTHENTICATED', 'the request carries no token');
      return { role: this.#roleWithoutToken, tenant: undefined, sub: undefined };
    }
    const token = /^Bearer ([\w.-]+)$/i.exec(header)?.[1];
    if (token === undefined || token.length > tokenLengthMax) {
      throw gatewayError('UNAUTHENTICATED', 'the Authorization header holds no Bearer token');
    }
    const claims = claimsSchema.safeParse(await this.#verify(token));
    if (!claims.success) throw gatewayError('FORBIDDEN', 'the token names no role or tenant of this API');
    const { role, tenant, sub } = claims.data;
    return { role, tenant, sub };
  }

  /** What Cube is shown for this caller: a short-lived token with the caller's role and tenant, so that it may see no more. */
  async cubeToken(caller: Caller): Promise<string> {
    const { role, tenant, sub } = caller;
    const key = accessKeyOf(caller);
    const nowS = Math.floor(this.#clock() / 1000);
    const known = this.#tokens.get(key);
    if (known !== undefined && known.renewAtS > nowS) return known.token;
    const token = await new SignJWT({ role, tenant, sub })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('playhead-gateway')
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + serviceTokenS)
      .sign(this.#key);
    if (this.#tokens.size >= cachedTokenCountMax) this.#tokens.clear();
    this.#tokens.set(key, { token, renewAtS: nowS + serviceTokenS - renewBeforeS });
    return token;
  }

  async #verify(token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        requiredClaims: ['exp'],
        clockTolerance: clockToleranceS,
        currentDate: new Date(this.#clock()),
      });
      return payload;
    } catch (error) {
      const isExpired = error instanceof joseErrors.JWTExpired;
      throw gatewayError('UNAUTHENTICATED', isExpired ? 'the token has expired' : 'the token is not valid');
    }
  }
}

/** Callers with the same key may see the same. */
export const accessKeyOf = ({ role, tenant, sub }: Caller): string =>
  JSON.stringify([role, tenant ?? null, sub ?? null]);

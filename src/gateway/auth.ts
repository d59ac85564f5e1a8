import { type JWTPayload, errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
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

/** A token whose signature and claims were checked: only time can change what it is worth. */
interface Verified {
  readonly caller: Caller;
  /** Seconds since 1970. */
  readonly checkedAtS: number;
  readonly expiresAtS: number;
}

/** Checks the tokens of callers, and makes those that Cube is shown. */
export class Authenticator {
  readonly #isProduction: boolean;
  readonly #roleWithoutToken: Role;
  readonly #key: Uint8Array;
  readonly #tokens = new Map<string, { readonly token: string; readonly renewAtS: number }>();
  readonly #verified = new LRUCache<string, Verified>({ max: cachedTokenCountMax });
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
    return this.#known(token) ?? (await this.#check(token));
  }

  /** The caller of a token that was checked before and has not expired since; a clock that went back asks anew. */
  #known(token: string): Caller | undefined {
    const verified = this.#verified.get(token);
    const nowS = this.#clock() / 1000;
    if (verified === undefined || nowS < verified.checkedAtS) return undefined;
    return nowS - clockToleranceS < verified.expiresAtS ? verified.caller : undefined;
  }

  async #check(token: string): Promise<Caller> {
    const checkedAtS = this.#clock() / 1000;
    const payload = await this.#verify(token);
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw gatewayError('FORBIDDEN', 'the token names no role or tenant of this API');
    const { role, tenant, sub } = claims.data;
    const caller: Caller = { role, tenant, sub };
    if (payload.exp !== undefined) this.#verified.set(token, { caller, checkedAtS, expiresAtS: payload.exp });
    return caller;
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

  async #verify(token: string): Promise<JWTPayload> {
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

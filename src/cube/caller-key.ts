/** Of a token's claims, those that change from token to token of the same caller. */
const perToken = new Set(['iat', 'exp', 'nbf', 'jti']);

/** A caller as a key: whoever has the same one is shown the same. All that access rules look at is in it. */
export const callerKey = (securityContext: unknown): string =>
  JSON.stringify(securityContext, (name, value) => (perToken.has(name) ? undefined : value)) ?? '';

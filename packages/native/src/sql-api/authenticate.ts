import { randomUUID } from 'node:crypto';
import type { InterfaceOptions } from '../cube/index.js';
import { type Authenticator, isSameSecret, type Login, wrongPassword } from '../postgres/index.js';

/**
 * Logins by the model's `checkSqlAuth`, which tells the wanted password; comparing is ours.
 *
 * It is first asked without a password. Only a password that it tells then is used, for SCRAM: an answer to nobody must
 * never let anybody in, so `skipPasswordCheck` counts only when the function has seen what the client sent.
 */
export function createAuthenticator(options: InterfaceOptions, welcome: (login: Login) => void): Authenticator {
  const ask = (user: string, password: string | null) =>
    options.checkSqlAuth({ request: { id: randomUUID() }, user, password });
  return {
    welcome,
    withKnownPassword: async user => {
      const answer = await ask(user, null).catch(() => undefined);
      if (typeof answer?.password !== 'string' || answer.password === '') return undefined;
      return { password: answer.password, login: loginOf(user, answer) };
    },
    withPassword: async (user, password) => {
      const answer = await ask(user, password).catch(() => undefined);
      if (answer === undefined) throw wrongPassword(user);
      const isRight = typeof answer.password === 'string' && isSameSecret(answer.password, password);
      if (!isRight && answer.skipPasswordCheck !== true) throw wrongPassword(user);
      return loginOf(user, answer);
    },
  };
}

const loginOf = (user: string, answer: { superuser: boolean; securityContext: unknown }): Login => ({
  user,
  superuser: answer.superuser,
  securityContext: answer.securityContext,
});

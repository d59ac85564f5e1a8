import { backend } from './backend.js';
import type { Authenticator, Login } from './engine.js';
import type { FrontendMessage } from './frontend.js';
import { parseSaslInitial, ScramExchange, scramMechanism } from './scram.js';
import { SqlError, sqlState } from './sql-error.js';

interface Conversation {
  send(message: Buffer): void;
  receive(): Promise<FrontendMessage>;
}

export const wrongPassword = (user: string): SqlError =>
  new SqlError(sqlState.invalidPassword, `password authentication failed for user "${user}"`);

/**
 * Finds out who is there. SCRAM-SHA-256 where the wanted password is known beforehand; otherwise the password itself is
 * asked for, since the model's `checkSqlAuth` may want to see it.
 */
export async function login(user: string, authenticator: Authenticator, wire: Conversation): Promise<Login> {
  const known = await authenticator.withKnownPassword(user);
  if (known === undefined) {
    wire.send(backend.authenticationCleartext());
    const body = await readPassword(wire);
    return authenticator.withPassword(user, body.toString('utf8', 0, Math.max(0, body.length - 1)));
  }
  const scram = new ScramExchange(known.password);
  wire.send(backend.authenticationSasl(scramMechanism));
  const { mechanism, response } = parseSaslInitial(await readPassword(wire));
  if (mechanism !== scramMechanism) {
    throw new SqlError(sqlState.protocolViolation, `the SASL mechanism "${mechanism}" was not offered`);
  }
  wire.send(backend.authenticationSaslContinue(scram.first(response)));
  const signature = scram.final((await readPassword(wire)).toString('utf8'));
  if (signature === undefined) throw wrongPassword(user);
  wire.send(backend.authenticationSaslFinal(signature));
  return known.login;
}

async function readPassword(wire: Conversation): Promise<Buffer> {
  const message = await wire.receive();
  if (message.type === 'password') return message.body;
  throw new SqlError(sqlState.protocolViolation, `expected a password, got a message of type ${message.type}`);
}

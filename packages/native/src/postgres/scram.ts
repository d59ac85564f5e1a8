import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { SqlError, sqlState } from './sql-error.js';

export const scramMechanism = 'SCRAM-SHA-256';
const iterations = 4096;

const hmac = (key: Buffer, text: string | Buffer): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest();
const malformed = (what: string): SqlError =>
  new SqlError(sqlState.protocolViolation, `malformed SCRAM message: ${what}`);

/** Compares in constant time; texts of different length are hashed to the same one first. */
export const isSameSecret = (left: string, right: string): boolean =>
  timingSafeEqual(sha256(Buffer.from(left)), sha256(Buffer.from(right)));

/** One SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), the server's side, without channel binding. */
export class ScramExchange {
  private readonly password: string;
  private readonly salt = randomBytes(16);
  private readonly serverNonce = randomBytes(18).toString('base64');
  private clientFirstBare = '';
  private serverFirst = '';
  private nonce = '';

  constructor(password: string) {
    // SASLprep in short: what Postgres and its drivers do to letters that can be written in several ways.
    this.password = password.normalize('NFKC');
  }

  /** Takes the client's first message, answers the server's first. */
  first(clientFirst: string): string {
    const match = /^(n|y),(?:a=[^,]*)?,(n=[^,]*,r=([^,]+).*)$/s.exec(clientFirst);
    const [, , bare, clientNonce] = match ?? [];
    if (bare === undefined || clientNonce === undefined) throw malformed('client-first-message');
    this.clientFirstBare = bare;
    this.nonce = clientNonce + this.serverNonce;
    this.serverFirst = `r=${this.nonce},s=${this.salt.toString('base64')},i=${iterations}`;
    return this.serverFirst;
  }

  /** Takes the client's proof; answers the server's signature, or nothing where the password is wrong. */
  final(clientFinal: string): string | undefined {
    const match = /^(c=([^,]+),r=([^,]+)(?:,[^p][^,]*)*),p=([^,]+)$/s.exec(clientFinal);
    const [, withoutProof, binding, nonce, proofText] = match ?? [];
    if (withoutProof === undefined || binding === undefined || proofText === undefined) {
      throw malformed('client-final-message');
    }
    if (nonce !== this.nonce) throw malformed('nonce does not match');
    if (!/^[ny],/.test(Buffer.from(binding, 'base64').toString())) throw malformed('unexpected channel binding');

    const salted = pbkdf2Sync(this.password, this.salt, iterations, 32, 'sha256');
    const storedKey = sha256(hmac(salted, 'Client Key'));
    const exchange = `${this.clientFirstBare},${this.serverFirst},${withoutProof}`;
    const signature = hmac(storedKey, exchange);
    const proof = Buffer.from(proofText, 'base64');
    if (proof.length !== signature.length) return undefined;
    const clientKey = Buffer.from(signature.map((byte, index) => byte ^ (proof[index] ?? 0)));
    if (!timingSafeEqual(sha256(clientKey), storedKey)) return undefined;
    return `v=${hmac(hmac(salted, 'Server Key'), exchange).toString('base64')}`;
  }
}

/** `mechanism \0 length body`: what a client sends first when it chooses SASL. */
export function parseSaslInitial(body: Buffer): { mechanism: string; response: string } {
  const end = body.indexOf(0);
  if (end === -1 || body.length < end + 5) throw malformed('SASL initial response');
  return { mechanism: body.toString('utf8', 0, end), response: body.toString('utf8', end + 5) };
}

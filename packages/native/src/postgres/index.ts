/** The Postgres wire: bytes to typed messages and back, login, simple and extended protocol. Knows nothing of queries. */
export { dataRow, type ResultField } from './backend.js';
export type {
  Authenticator,
  Binding,
  Cursor,
  Engine,
  Login,
  Prepared,
  Result,
  RowStream,
  Session,
  Statement,
  Tls,
  WireLimits,
} from './engine.js';
export { wrongPassword } from './login.js';
export { isSameSecret } from './scram.js';
export { PostgresServer } from './server.js';
export { SessionSettings, serverVersion } from './settings.js';
export { notSupported, SqlError, sqlState } from './sql-error.js';
export { assertWellFormed } from './text.js';
export { decodeParameter, encodeValue, fieldOf, type PgType, pgTypes, toFloat8, toInt8, type Value } from './types.js';

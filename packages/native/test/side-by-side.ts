import { Client } from 'pg';
import { Oracle } from './oracle.js';
import { startTinyCube, type TinyCube } from './tiny-cube.js';

/** A tiny Cube with a client of its SQL API, and PostgreSQL itself over the same rows. */
export interface SideBySide {
  readonly cube: TinyCube;
  readonly oracle: Oracle;
  readonly client: Client;
  close(): Promise<void>;
}

export async function startSideBySide(): Promise<SideBySide> {
  const [cube, oracle] = await Promise.all([startTinyCube(), Oracle.start()]);
  const client = new Client({
    host: '127.0.0.1',
    port: cube.sqlPort,
    user: 'ann',
    password: 'ann-secret',
    database: 'any',
  });
  await client.connect();
  const close = async () => {
    await client.end();
    await Promise.all([cube.close(), oracle.close()]);
  };
  return { cube, oracle, client, close };
}

import { createServer } from 'node:net';
import type { Config } from '#config';
import { PlayheadError } from '#errors';

const variables = { cube: 'PLAYHEAD_CUBE_PORT', sql: 'PLAYHEAD_SQL_PORT', gateway: 'PLAYHEAD_GATEWAY_PORT' } as const;

/** Looks at all ports before anything is started, so that nothing has to be taken back. 0 means any free one. @throws PORT_IN_USE */
export async function assertPortsFree({ host, ports, serve }: Pick<Config, 'host' | 'ports' | 'serve'>): Promise<void> {
  const taken = new Map<number, string>();
  const opened = serve.cube_url === undefined ? (['cube', 'sql', 'gateway'] as const) : (['gateway'] as const);
  for (const name of opened) {
    const port = ports[name];
    if (port === 0) continue;
    const twice = taken.get(port);
    if (twice !== undefined) throw inUse(host, port, name, `${twice} has the same port`);
    taken.set(port, `ports.${twice ?? name}`);
    await assertFree(host, port, name);
  }
}

function assertFree(host: string, port: number, name: keyof typeof variables): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') return reject(inUse(host, port, name, 'another program listens on this port'));
      const message =
        cause.code === 'EACCES' ? 'this user may not listen on this port' : `cannot listen here (${cause.code})`;
      reject(inUse(host, port, name, message));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function inUse(host: string, port: number, name: keyof typeof variables, message: string): PlayheadError {
  return new PlayheadError({
    code: 'PORT_IN_USE',
    at: `${host}:${port}`,
    message,
    hint: `set ${variables[name]} to a free port, or to 0 for any`,
  });
}

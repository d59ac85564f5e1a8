import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** A PostgreSQL of its own: data in a temporary folder, a free port, nothing kept. */
export interface RealPostgres {
  readonly port: number;
  stop(): Promise<void>;
}

/** Where Debian keeps the newest server's programs; nothing where there is none. */
export function postgresFolder(): string | undefined {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return undefined;
  const versions = readdirSync(base).toSorted((a, b) => Number(b) - Number(a));
  return versions.map(version => join(base, version, 'bin')).find(folder => existsSync(join(folder, 'postgres')));
}

/** PostgreSQL refuses to run as root. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgres(): Promise<RealPostgres> {
  const programs = postgresFolder();
  if (programs === undefined) throw new Error('no PostgreSQL server (Debian: postgresql)');
  const user = otherUser();
  const folder = mkdtempSync(join(tmpdir(), 'playhead-postgres-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { LC_ALL: 'C.UTF-8', TZ: 'UTC', PATH: process.env['PATH'] ?? '' } };
  const init = ['--pgdata', data, '--auth=trust', '--username=postgres', '--encoding=UTF8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), init, { ...options, stdio: 'pipe' });
  const port = await freePort();
  const settings = {
    ...{
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      fsync: 'off',
      TimeZone: 'UTC',
    },
    ...{ max_connections: '20', autovacuum: 'off' },
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...flags], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilListening(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

function untilListening(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', chunk => {
      said += chunk;
      if (said.includes('ready to accept connections')) resolve();
    });
    child.once('exit', code => reject(new Error(`PostgreSQL ended with ${code}:\n${said}`)));
  });
}

/** SIGINT: a fast stop, which does not wait for clients. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = z.object({ port: z.number() }).parse(server.address());
      server.close(() => resolve(port));
    });
  });
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { z } from 'zod';

/** The product as a user starts it, in processes of its own, with free ports and a data folder of the test's. */
export interface Product {
  readonly gateway: string;
  readonly cube: string;
  readonly sqlPort: number;
  /** Everything that it has printed so far. */
  readonly output: () => string;
  /** Sends SIGTERM and waits: the exit code. */
  readonly stop: () => Promise<number | null>;
}

const startTimeoutMs = 110_000;

/** `more`: environment variables of this product alone. */
export async function startProduct(
  command: readonly [string, ...string[]],
  data: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const [cube, sql, gateway] = await Promise.all([freePort(), freePort(), freePort()]);
  const [program, ...args] = command;
  const { NODE_ENV: _testing, VITEST: _vitest, ...env } = process.env;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: {
      ...env,
      PLAYHEAD_DATA: data,
      PLAYHEAD_CUBE_PORT: String(cube),
      PLAYHEAD_SQL_PORT: String(sql),
      PLAYHEAD_GATEWAY_PORT: String(gateway),
      ...more,
    },
  });
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  child.stderr.on('data', chunk => {
    output += chunk;
  });
  const product: Product = {
    gateway: `http://127.0.0.1:${gateway}`,
    cube: `http://127.0.0.1:${cube}`,
    sqlPort: sql,
    output: () => output,
    stop: () => stop(child),
  };
  try {
    await Promise.all([untilReady(`${product.gateway}/readyz`, child), untilReady(`${product.cube}/readyz`, child)]);
  } catch (cause) {
    await product.stop();
    throw new Error(`the product did not start:\n${output}`, { cause });
  }
  return product;
}

/** Runs the command line once: its stdout. Fails with its stderr. */
export async function playhead(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('node', ['bin/playhead.mjs', ...args], { maxBuffer: 2 ** 28 });
  return stdout;
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

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const isReady = await fetch(url).then(
      response => response.ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within ${startTimeoutMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.pid === undefined) return child.exitCode;
  const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)));
  // The whole group: npm stands between us and the program.
  process.kill(-child.pid, 'SIGTERM');
  return ended;
}

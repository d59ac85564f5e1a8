import { Writable } from 'node:stream';
import { pino } from 'pino';
import { configSchema } from '#config';
import { type Gateway, type Services, startGateway } from '#gateway';
import { type FakeCube, startFakeCube } from './fake-cube.js';
import { sampleRows } from './rows.js';

export interface Stage {
  readonly cube: FakeCube;
  readonly gateway: Gateway;
  readonly logLines: string[];
  close(): Promise<void>;
}

/** Noon of the day after the newest sample session. */
export const now = Date.parse('2026-01-07T12:00:00Z');

/** A gateway over a fake Cube; `config` overrides the defaults. */
export async function startStage(
  config: Record<string, unknown> = {},
  dashboardFolder?: string,
  services: Services = {},
): Promise<Stage> {
  const cube = await startFakeCube(sampleRows());
  const logLines: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logLines.push(String(chunk));
      done();
    },
  });
  const gateway = await startGateway({
    config: configSchema.parse({ ports: { gateway: 0 }, ...config }),
    cubeUrl: cube.url,
    services,
    log: pino({ level: 'info' }, sink),
    clock: () => now,
    ...(dashboardFolder === undefined ? {} : { dashboardFolder }),
  });
  const close = async () => {
    await gateway.close();
    await cube.close();
  };
  return { cube, gateway, logLines, close };
}

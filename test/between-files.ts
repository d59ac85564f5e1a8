import { afterAll, vi } from 'vitest';

/** Files share a process (vitest.config.ts): what one lays over the environment or the clock, the next must not find. */
const before = { ...process.env };

afterAll(() => {
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

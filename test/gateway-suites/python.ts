import { execFileSync } from 'node:child_process';

/** The Python that has the suites' packages; `prepare.mjs` makes it, and says why where it cannot. */
export const python = (): string =>
  execFileSync(process.execPath, ['test/gateway-suites/prepare.mjs'], { encoding: 'utf8' }).trim();

import type { Command } from 'commander';
import { registerAlerts } from './alerts.js';
import { registerDelta } from './delta.js';
import { registerDoctor } from './doctor.js';
import { registerExplain } from './explain.js';
import { registerGenerate } from './generate.js';
import { registerIngest } from './ingest.js';
import { registerQuality } from './quality.js';
import { registerQuery } from './query.js';
import { registerReport } from './report.js';
import { registerRun } from './run.js';
import { registerServe } from './serve.js';
import { registerSessionize } from './sessionize.js';
import { registerUp } from './up.js';
import { registerValidate } from './validate.js';

/** Every command, in the order of the help page. Each stands in a file of its own that exports `register...`. */
export const commands: readonly ((program: Command) => void)[] = [
  registerUp,
  registerGenerate,
  registerIngest,
  registerSessionize,
  registerRun,
  registerServe,
  registerQuery,
  registerQuality,
  registerAlerts,
  registerReport,
  registerExplain,
  registerValidate,
  registerDelta,
  registerDoctor,
];

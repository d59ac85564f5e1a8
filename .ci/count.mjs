/** Adds up the vitest reports of a folder: prints "<passed> <failed>". */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const reports = readdirSync(folder)
  .filter(name => name.endsWith('.json'))
  .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')));
const sum = key => reports.reduce((total, report) => total + report[key], 0);
process.stdout.write(`${sum('numPassedTests')} ${sum('numFailedTests')}\n`);

import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase } from 'vitest/node';

/** For people always; for .ci/run, in the folder that CI_REPORTS names, a JSON report and the failures with their differences. */
export function reporters(suite: string): ('default' | ['json', { outputFile: string }] | Reporter)[] {
  const folder = process.env['CI_REPORTS'];
  if (folder === undefined) return ['default'];
  return ['default', ['json', { outputFile: `${folder}/${suite}.json` }], failures(`${folder}/${suite}.failures`)];
}

/** What the JSON report leaves out: a log that is cut must not lose why a test failed. */
function failures(file: string): Reporter {
  const told: string[] = [];
  return {
    onTestCaseResult(test: TestCase) {
      const { state, errors = [] } = test.result();
      if (state !== 'failed') return;
      const reasons = errors.map(({ message, diff }) => [message, diff].filter(Boolean).join('\n'));
      told.push([`FAILED: ${test.module.relativeModuleId}: ${test.fullName}`, ...reasons].join('\n'));
      writeFileSync(file, stripVTControlCharacters(`${told.join('\n\n')}\n`));
    },
  };
}

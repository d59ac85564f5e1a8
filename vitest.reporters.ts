/** For people always; for .ci/run a JSON report too, in the folder that CI_REPORTS names. */
export function reporters(suite: string): ('default' | ['json', { outputFile: string }])[] {
  const folder = process.env['CI_REPORTS'];
  return folder === undefined ? ['default'] : ['default', ['json', { outputFile: `${folder}/${suite}.json` }]];
}

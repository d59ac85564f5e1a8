import { readFile } from 'node:fs/promises';
import { isObjectType } from 'graphql';
import { expect, it } from 'vitest';
import { loadSchema } from '#gateway';

it('every deprecation says since when, what to use, and when the field goes: half a year later at least', async () => {
  const schema = await loadSchema();
  const reasons = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap(type => Object.values(type.getFields()))
    .flatMap(field => field.deprecationReason ?? []);
  expect(reasons.length).toBe((await readFile('schema.graphql', 'utf8')).split('@deprecated').length - 1);
  for (const reason of reasons) {
    const [, since = '', gone = ''] =
      /^Since (\d{4}-\d{2}-\d{2}): use `.+`\. Gone on (\d{4}-\d{2}-\d{2})\.$/.exec(reason) ?? [];
    expect(Date.parse(gone) - Date.parse(since)).toBeGreaterThan(180 * 86_400_000);
  }
});

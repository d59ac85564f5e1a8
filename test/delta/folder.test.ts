import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '#delta';

it('makes a folder and all that is missing above it, once or twice', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'playhead-folder-')), 'a', 'b', 'c');
  await makeFolder(folder);
  await makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
});

it.skipIf(!existsSync('/proc/self'))('ends where the system makes no folders', async () => {
  await expect(makeFolder('/proc/nothing/below')).rejects.toMatchObject({ code: 'DATA_NOT_WRITABLE' });
});

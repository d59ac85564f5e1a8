import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sql } from '#sql';
import { DuckdbEngine } from '#warehouse';
import { inScratchFolder } from '../../src/job/scratch-folder.js';

afterEach(() => vi.unstubAllEnvs());

describe('the folder that an ingest works in', () => {
  it('is gone when the work is done, and when it fails', async () => {
    const seen: string[] = [];
    const note = async (folder: string) => {
      seen.push(folder);
      await writeFile(join(folder, 'x'), 'x');
    };
    await inScratchFolder('playhead-test-', note);
    const failing = inScratchFolder('playhead-test-', async folder => {
      await note(folder);
      throw new Error('as it happens');
    });
    await expect(failing).rejects.toThrow('as it happens');
    expect(seen.map(folder => existsSync(folder))).toEqual([false, false]);
  });

  it('is swept up by a later one, a day after its process was killed', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'playhead-swept-'));
    vi.stubEnv('TMPDIR', temporary);
    // No process can have this number: Linux ends at 2^22.
    const killed = 2 ** 22 + 1;
    const names = {
      old: `playhead-test-${killed}-a`,
      ours: `playhead-test-${process.pid}-b`,
      young: `playhead-test-${killed}-c`,
    };
    const days = 24 * 3600;
    for (const name of [...Object.values(names), `other-${killed}-d`]) {
      await mkdir(join(temporary, name));
      await writeFile(join(temporary, name, 'staged.parquet'), 'x');
      const age = name === names.young ? 0.5 * days : 2 * days;
      await utimes(join(temporary, name), Date.now() / 1000 - age, Date.now() / 1000 - age);
    }
    await inScratchFolder('playhead-test-', async () => undefined);
    expect((await readdir(temporary)).toSorted()).toEqual([`other-${killed}-d`, names.young, names.ours].toSorted());
    await rm(temporary, { recursive: true });
  });

  it('cannot be made where there is no temporary folder: one line, no stack trace', async () => {
    vi.stubEnv('TMPDIR', '/nowhere/at/all');
    await expect(inScratchFolder('playhead-test-', async () => 1)).rejects.toMatchObject({
      code: 'DATA_NOT_WRITABLE',
      at: '/nowhere/at/all',
      message: 'the temporary folder cannot be used (ENOENT)',
    });
  });

  // What is written to /dev/full finds no space.
  it.runIf(existsSync('/dev/full')).each([
    ['Node', () => writeFile('/dev/full', 'x')],
    [
      'the engine',
      async () => {
        const engine = await DuckdbEngine.open({ threads: 1 });
        try {
          await engine.run(sql`copy (select 1 as x) to '/dev/full' (format csv, use_tmp_file false)`);
        } finally {
          await engine.close();
        }
      },
    ],
  ])('says that its disk is full when %s does', async (_, work) => {
    await expect(inScratchFolder('playhead-test-', work)).rejects.toMatchObject({ code: 'DATA_DISK_FULL' });
  });
});

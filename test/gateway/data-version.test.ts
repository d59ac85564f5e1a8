import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CubeAnswer } from '../../src/gateway/cube-client.js';
import { DataVersion } from '../../src/gateway/data-version.js';

/** A Cube that answers a look when the story says so. */
class SlowCube {
  readonly #looks: { readonly resolve: (answer: CubeAnswer) => void; readonly reject: (error: Error) => void }[] = [];
  lookCount = 0;

  load(): Promise<CubeAnswer> {
    this.lookCount += 1;
    return new Promise((resolve, reject) => this.#looks.push({ resolve, reject }));
  }

  /** Gives the answer to all that wait for one. */
  async serves(sequence: number): Promise<void> {
    const rows = [{ 'job_runs.run_id': `run-${sequence}`, 'job_runs.sequence': sequence }];
    for (const look of this.#looks.splice(0)) look.resolve({ rows, total: undefined });
    await vi.advanceTimersByTimeAsync(0);
  }

  async fails(): Promise<void> {
    for (const look of this.#looks.splice(0)) look.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(0);
  }
}

const sequenceOf = (version: string | undefined) => version?.split('-')[0];

describe('the data version', () => {
  let cube: SlowCube;
  let version: DataVersion;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    cube = new SlowCube();
    version = new DataVersion({ cube, token: async () => 'token' });
  });
  afterEach(() => vi.useRealTimers());

  const knows = async (sequence: number) => {
    const asked = version.current();
    await vi.advanceTimersByTimeAsync(0);
    await cube.serves(sequence);
    return sequenceOf(await asked);
  };

  it('is waited for once, by all who ask before it is known', async () => {
    const asked = [version.current(), version.current(), version.current()];
    await vi.advanceTimersByTimeAsync(0);
    await cube.serves(7);
    expect((await Promise.all(asked)).map(sequenceOf)).toEqual(['7', '7', '7']);
    expect(cube.lookCount).toBe(1);
  });

  it('is looked for again while the one known before still answers, which nobody waits for', async () => {
    expect(await knows(7)).toBe('7');
    await vi.advanceTimersByTimeAsync(600);
    expect(sequenceOf(await version.current())).toBe('7');
    expect(cube.lookCount).toBe(2);
    await cube.serves(8);
    expect(sequenceOf(await version.current())).toBe('8');
    expect(cube.lookCount).toBe(2);
  });

  it('is believed for a second and not longer, however long the next look takes', async () => {
    expect(await knows(7)).toBe('7');
    await vi.advanceTimersByTimeAsync(600);
    await version.current();
    await vi.advanceTimersByTimeAsync(399);
    expect(sequenceOf(await version.current())).toBe('7');
    await vi.advanceTimersByTimeAsync(1);
    const asked = version.current();
    await cube.serves(8);
    expect(sequenceOf(await asked)).toBe('8');
    expect(cube.lookCount).toBe(2);
  });

  it('is unknown while Cube is away, which is asked twice a second and not for each request', async () => {
    const asked = version.current();
    await vi.advanceTimersByTimeAsync(0);
    await cube.fails();
    expect(await asked).toBeUndefined();
    expect(await version.current()).toBeUndefined();
    expect(cube.lookCount).toBe(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(await knows(9)).toBe('9');
  });
});

import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { playhead } from '../doors/product.js';

const hasPsql = (() => {
  try {
    execFileSync('psql', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

/** Needs psql (Debian: postgresql-client). */
describe.skipIf(!hasPsql)('psql', () => {
  const { sqlPort, folder } = inject('served');

  const psql = async (command: string, password = 'playhead') => {
    const args = [
      '-h',
      '127.0.0.1',
      '-p',
      String(sqlPort),
      '-U',
      'playhead',
      '-d',
      'playhead',
      '-w',
      '-X',
      '-v',
      'ON_ERROR_STOP=1',
      '-At',
      '-c',
      command,
    ];
    return promisify(execFile)('psql', args, { env: { ...process.env, PGPASSWORD: password } }).then(
      ({ stdout }) => ({ stdout: stdout.trim(), stderr: '' }),
      (error: { stdout: string; stderr: string }) => ({ stdout: error.stdout.trim(), stderr: error.stderr.trim() }),
    );
  };

  it('lists the cubes and views with \\d', async () => {
    const { stdout, stderr } = await psql('\\d');
    expect(stderr).toBe('');
    for (const name of ['sessions', 'user_videos', 'videos', 'users', 'video_performance'])
      expect(stdout).toContain(`|${name}|`);
  });

  it('describes one of them', async () => {
    const { stdout } = await psql('\\d sessions');
    expect(stdout).toContain('watch_time_s|double precision');
  });

  it('asks for dimensions and measures with WHERE, GROUP BY, ORDER BY and LIMIT', async () => {
    const { stdout, stderr } = await psql(
      "SELECT device, MEASURE(session_count) AS n FROM sessions WHERE device <> 'nothing' GROUP BY device ORDER BY n DESC LIMIT 3",
    );
    expect(stderr).toBe('');
    const files = JSON.parse(
      await playhead(
        'query',
        "SELECT device, count(*) AS n FROM sessions WHERE device <> 'nothing' GROUP BY 1 ORDER BY n DESC LIMIT 3",
        '--format',
        'json',
        '--data',
        folder,
      ),
    );
    expect(stdout.split('\n')).toEqual(files.map((row: { device: string; n: number }) => `${row.device}|${row.n}`));
  });

  it('is refused with a wrong password', async () => {
    expect((await psql('SELECT 1', 'wrong')).stderr).toMatch(/password authentication failed/);
  });

  it('reads a clear error for an unknown table and column', async () => {
    expect((await psql('SELECT 1 FROM nowhere')).stderr).toMatch(/"?nowhere"?.*does not exist|unknown table/i);
    expect((await psql('SELECT nothing_like_it FROM sessions')).stderr).toMatch(/nothing_like_it/);
  });

  it('may not write', async () => {
    expect((await psql('DROP TABLE sessions')).stderr).toMatch(/ERROR/);
    expect((await psql('SELECT MEASURE(session_count) FROM sessions')).stderr).toBe('');
  });
});

import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlayheadError } from '#errors';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];
/** Chromium needs two seconds; one that hangs is ended. */
const timeoutMs = 120_000;

export interface PdfOptions {
  /** Where the PDF goes. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Prints the page by an installed Chromium. @throws REPORT_NO_BROWSER, REPORT_PDF_FAILED */
export async function writePdf(page: string, { path, env }: PdfOptions): Promise<void> {
  const browser = await findBrowser(env);
  const folder = await mkdtemp(join(tmpdir(), 'playhead-report-'));
  try {
    const source = join(folder, 'report.html');
    await writeFile(source, page);
    const args = [
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      '--disable-extensions',
      '--disable-background-networking',
      '--no-pdf-header-footer',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--print-to-pdf=${resolve(path)}`,
      // Chromium does not start its sandbox as root; the page is ours and runs no script.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      pathToFileURL(source).href,
    ];
    await print(browser, args);
    const size = await stat(path).then(
      facts => facts.size,
      () => 0,
    );
    if (size === 0) throw failed(browser, 'it wrote nothing');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `CHROMIUM_PATH`, or the first of the usual names on the PATH. @throws REPORT_NO_BROWSER */
export async function findBrowser(env: NodeJS.ProcessEnv): Promise<string> {
  const named = env['CHROMIUM_PATH'];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const candidates =
    named === undefined || named === '' ? names.flatMap(name => folders.map(folder => join(folder, name))) : [named];
  for (const candidate of candidates) {
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  throw new PlayheadError({
    code: 'REPORT_NO_BROWSER',
    at: named === undefined || named === '' ? 'PATH' : 'CHROMIUM_PATH',
    message: 'a PDF is printed by Chromium, and there is none',
    hint: 'install it (Debian: apt-get install chromium) or name it with CHROMIUM_PATH; --out writes the same page as HTML',
  });
}

function print(browser: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(browser, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
    });
    child.once('error', cause => fail(failed(browser, cause.message)));
    child.once('close', (status, signal) => {
      if (status === 0) return done();
      const why = signal === null ? `it ended with ${status}` : `it was ended by ${signal}`;
      fail(failed(browser, `${why}: ${said.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}

const failed = (at: string, message: string): PlayheadError =>
  new PlayheadError({
    code: 'REPORT_PDF_FAILED',
    at,
    message,
    hint: 'start that browser by hand to see what it lacks; --out writes the same page as HTML',
  });

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { openCaptureServer } from './server.js';

const run = promisify(execFile);

/** One page load: what its viewer did, and what the browser says was played. */
export interface Viewing {
  readonly user: string;
  readonly video: string;
  /** `video.played`, captured before the page closed. Seconds. */
  readonly played: readonly (readonly [number, number])[];
}

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const clipSeconds = 40;

/** Names of the Debian packages that are missing here; empty when recording is possible. */
export async function missingPackages(): Promise<string[]> {
  const hasFfmpeg = await run('ffmpeg', ['-version']).then(
    () => true,
    () => false,
  );
  return [...(existsSync(chromiumPath) ? [] : ['chromium']), ...(hasFfmpeg ? [] : ['ffmpeg'])];
}

export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required', '--disable-quic'];
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...args,
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

type Act = (page: Page) => Promise<unknown>;

const evaluate =
  (script: string): Act =>
  page =>
    page.evaluate(script);
/** The clip plays in real time; waiting is what a viewer does. */
const watch =
  (seconds: number): Act =>
  page =>
    page.waitForFunction(
      `(window.until ??= performance.now() + ${seconds * 1000}) <= performance.now() && (delete window.until, true)`,
      undefined,
      { polling: 50, timeout: 60_000 },
    );
const play = evaluate('document.querySelector("video").play()');
const pause = evaluate('document.querySelector("video").pause()');
const seekTo = (seconds: number): Act =>
  evaluate(
    `(v => new Promise(done => { v.addEventListener('seeked', done, { once: true }); v.currentTime = ${seconds} }))(document.querySelector('video')).then(() => true)`,
  );
const setRate = (rate: number) => evaluate(`document.querySelector('video').playbackRate = ${rate}`);

/** What the viewers do. The browser is closed in the middle of each but the one that plays to the end. */
const viewers: Readonly<Record<string, readonly Act[]>> = {
  'closes-in-the-middle': [play, watch(7)],
  'pauses-and-resumes': [play, watch(4), pause, watch(3), play, watch(4)],
  'skips-forward': [play, watch(4), seekTo(20), watch(5)],
  'skips-back': [play, watch(7), seekTo(2), watch(9)],
  'speeds-up': [play, watch(3), setRate(2), watch(5), setRate(1), watch(3)],
  'seeks-while-paused': [play, watch(4), pause, seekTo(25), watch(2), play, watch(4)],
  'plays-to-the-end': [play, watch(3), seekTo(33), watch(9)],
  'drags-about': [play, watch(3), seekTo(10), seekTo(18), seekTo(14), watch(4)],
};

/** Makes a clip, lets each viewer watch it in a page of its own, and leaves the logged events in `log` (NDJSON). */
export async function record({ clip, log }: { clip: string; log: string }): Promise<Viewing[]> {
  await run('ffmpeg', [
    '-y',
    '-loglevel',
    'error',
    '-f',
    'lavfi',
    '-i',
    `testsrc=size=320x180:rate=25:duration=${clipSeconds}`,
    '-c:v',
    'libvpx',
    '-b:v',
    '300k',
    '-g',
    '25',
    clip,
  ]);
  const server = await openCaptureServer({ clip, log });
  const browser = await launchBrowser();
  try {
    return await Promise.all(Object.entries(viewers).map(([user, acts]) => view(browser, server.url, user, acts)));
  } finally {
    await browser.close();
    await server.close();
  }
}

async function view(browser: Browser, url: string, user: string, acts: readonly Act[]): Promise<Viewing> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}?user=${user}&name=clip`);
  await page.waitForFunction('document.querySelector("video").readyState >= 3');
  for (const act of acts) await act(page);
  const played = await page.evaluate<[number, number][]>('window.played()');
  await page.close({ runBeforeUnload: false });
  await page.context().close();
  return { user, video: 'clip', played };
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seconds } from '#figures';
import { type Product, playhead, startProduct } from '../doors/product.js';
import { chromiumPath, launchBrowser, missingPackages } from './capture/record.js';
import { gone, intercept, type Look, openPage, settled, violations } from './dashboard-page.js';

const missing = await missingPackages();
const isKeeping = process.env['PLAYHEAD_KEEP'] === '1';

/** Something happened within the four weeks that the first screen shows. */
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const configuration = () => `
annotations:
  - { kind: release, title: Player 4.2, at: ${daysAgo(9)} }
  - { kind: outage, title: CDN slow in Europe, at: ${daysAgo(16)}, until: ${daysAgo(15)} }
`;

/** Titles of charts behind which no table has a row; the cards' small ones have one in common. */
const chartsWithoutTable = `[...document.querySelectorAll('.panel, .figures')]
  .filter(part => part.querySelector('.drawing') !== null && part.querySelector('details table tbody tr') === null)
  .filter(part => part.closest('.card') === null)
  .map(part => part.textContent.slice(0, 60))`;

const unfold = (page: Page, isOpen: boolean) =>
  page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = ${isOpen}`);

/** Needs Chromium (Debian: chromium). */
describe.skipIf(missing.includes('chromium'))('the dashboard', () => {
  let folder: string;
  let config: string;
  let product: Product;
  let browser: Browser;
  let paths: Record<'overview' | 'videos' | 'video' | 'session' | 'quality', string>;

  const files = async (sql: string) =>
    z
      .array(z.record(z.string(), z.union([z.string(), z.number()])))
      .parse(JSON.parse(await playhead('query', sql, '--format', 'json', '--data', folder)))[0] ?? {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playhead-dashboard-'));
    config = join(folder, 'playhead.config.yaml');
    await writeFile(config, configuration());
    product = await startProduct(['node', 'bin/playhead.mjs', 'up', '--config', config], folder);
    // A rule of severity error fails on the demo data (content within the duration): that opens an alert.
    await playhead('run', '--data', folder);
    const { id, video } = await files(`
      SELECT session_id AS id, video_id AS video FROM sessions
      WHERE skipped_s > 60 AND pause_count > 0 AND watch_time_s > 60 ORDER BY session_id LIMIT 1`);
    paths = {
      overview: '/',
      videos: '/?page=videos',
      video: `/?page=video&video=${video}`,
      session: `/?page=session&session=${id}`,
      quality: '/?page=quality',
    };
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  // Pages of sentences that failed go too: their streams would keep the gateway busy.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  const open = (path: string, look?: Look) => openPage(browser, product.gateway, path, look);
  const close = (page: Page) => page.context().close();
  const keep = async (page: Page, name: string, fullPage = true) => {
    if (!isKeeping) return;
    // Drawings come when they come into view.
    if (fullPage) for (const panel of await page.locator('.panel').all()) await panel.scrollIntoViewIfNeeded();
    await settled(page);
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: `docs/${name}.png`, fullPage });
  };

  it('opens with freshness, quality, six cards, watch time by day, the last hour, top videos, audience and alerts', async () => {
    const { page, problems } = await open(paths.overview);
    await page.getByText('● live').waitFor();
    expect(problems).toEqual([]);
    expect(await page.locator('.panel.failed').count()).toBe(0);
    expect(await page.locator('#freshness').textContent()).toMatch(/Fresh|Stale/);
    expect(await page.locator('.card').count()).toBe(6);
    for (const title of ['Watch time by day', 'Last hour', 'Top videos', 'Active users', 'Audience', 'Alerts'])
      expect(await page.getByRole('heading', { name: title }).count()).toBe(1);
    expect(await page.locator('#doubtful').textContent()).toMatch(/uncertain.*estimated/);
    await keep(page, 'dashboard');
    await close(page);
  });

  it('draws what was told of releases and outages, and says it in words', async () => {
    const { page } = await open(paths.overview);
    expect(await page.locator('.drawing svg text', { hasText: 'release: Player 4.2' }).count()).toBeGreaterThan(0);
    expect(await page.locator('.annotations').textContent()).toContain('outage: CDN slow in Europe');
    await close(page);
  });

  it('shows the same watch time as the files', async () => {
    const { page } = await open('/?from=2000-01-01&to=2099-12-31');
    const shown = await page.locator('[data-metric="watchTimeS"]').getAttribute('data-value');
    const { s } = await files('SELECT round(sum(watch_time_s), 6) AS s FROM sessions');
    expect(Number(shown)).toBe(s);
    await close(page);
  });

  it('keeps period, ranking and page in the URL, through reload and back', async () => {
    const { page } = await open(paths.overview);
    await page.getByRole('button', { name: '7 days' }).click();
    await page.waitForURL(/from=/);
    const week = new URL(page.url()).search;
    await page.locator('.chooser select').selectOption('COMPLETION_RATE');
    await page.waitForURL(/sort=COMPLETION_RATE/);
    await page.reload();
    await settled(page);
    expect(await page.locator('.chooser select').inputValue()).toBe('COMPLETION_RATE');
    await page.getByRole('link', { name: 'Data quality', exact: true }).click();
    await page.waitForURL(/page=quality/);
    await page.goBack();
    await page.goBack();
    expect(new URL(page.url()).search).toBe(week);
    await close(page);
  });

  it('keeps the period from page to page, by keys and by what leads to the checks too', async () => {
    const { page } = await open('/?from=2026-01-01&to=2026-01-31');
    for (const key of ['v', 'd', 'o']) {
      const before = page.url();
      await page.keyboard.press(key);
      await page.waitForURL(url => url.href !== before);
      expect(page.url()).toContain('from=2026-01-01&to=2026-01-31');
    }
    await page.locator('.trust a').click();
    await page.waitForURL(/page=quality/);
    expect(page.url()).toContain('from=2026-01-01&to=2026-01-31');
    await close(page);
  });

  it('leaves no panel mostly empty beside others', async () => {
    const { page } = await open(paths.overview, { width: 1440 });
    await page.getByRole('heading', { name: 'Countries' }).waitFor();
    const unused = z.array(z.string()).parse(
      await page.evaluate(`[...document.querySelectorAll('.panel')].filter(panel => {
        const end = Math.max(...[...panel.children].map(child => child.getBoundingClientRect().bottom));
        return panel.getBoundingClientRect().bottom - end > 200;
      }).map(panel => panel.textContent.slice(0, 40))`),
    );
    expect(unused).toEqual([]);
    await close(page);
  });

  it('tells of a session how long it was hidden and skipped as its figures do', async () => {
    const { id } = await files(`
      SELECT session_id AS id FROM sessions
      WHERE background_s > 120 AND skip_count > 0 AND is_replay AND replay_index > 0 AND completed
      ORDER BY session_id LIMIT 1`);
    const { hidden, skipped } = await files(
      `SELECT background_s AS hidden, skipped_s AS skipped FROM sessions WHERE session_id = '${id}'`,
    );
    const { page } = await open(`/?page=session&session=${id}`);
    const legend = await page.locator('.legend').textContent();
    expect(legend).toContain(`watched while hidden ${seconds(Number(hidden))}`);
    expect(legend).toContain(`skipped ${seconds(Number(skipped))}`);
    await close(page);
  });

  it('leads from a video over its sessions to how one of them came about', async () => {
    const { page, problems } = await open(paths.videos);
    await keep(page, 'dashboard-videos');
    await page.locator('#main table a').first().click();
    await page.waitForURL(/page=video&/);
    await page.locator('.drops li').first().waitFor();
    expect(await page.locator('.drops li').first().textContent()).toMatch(/\d+:\d\d.*\(\d+ s\).*−\d+ viewers/);
    for (const title of ['Retention', 'Heat map', 'Watch time by day', 'Sessions', /^Experiment /])
      expect(await page.getByRole('heading', { name: title }).count()).toBeGreaterThan(0);
    await page.locator('#sessions table a').first().click();
    await page.waitForURL(/page=session/);
    await page.getByText('the same as served, to the last digit').waitFor();
    expect(problems).toEqual([]);
    await close(page);
  });

  it('shows of a session what the files hold, and draws its verdicts', async () => {
    const { page } = await open(paths.session);
    const id = new URLSearchParams(paths.session.slice(1)).get('session');
    const { s } = await files(`SELECT watch_time_s AS s FROM sessions WHERE session_id = '${id}'`);
    const row = page.locator('tr', { has: page.getByText('watch_time_s', { exact: true }) });
    expect((await row.locator('td').allTextContents()).slice(1, 3)).toEqual([String(s), String(s)]);
    const legend = await page.locator('.legend').textContent();
    for (const kind of ['watched, proven', 'paused', 'skipped']) expect(legend).toContain(kind);
    await keep(page, 'dashboard-session');
    await close(page);
  });

  it('says which rules failed, with their course and rows that broke them', async () => {
    const { page } = await open(paths.quality);
    const { n } = await files("SELECT count(DISTINCT rule) AS n FROM quality_results WHERE state = 'failed'");
    expect(await page.locator('#quality > section tbody .state.failed').count()).toBe(n);
    const sample = page.locator('#rule-content_within_duration .samples a').first();
    await page.locator('#rule-content_within_duration').getByText('Some rows that broke it').click();
    await keep(page, 'dashboard-quality');
    await sample.click();
    await page.getByText('the same as served, to the last digit').waitFor();
    await close(page);
  });

  it('shows alerts, and takes an acknowledgement', async () => {
    const { page } = await open(paths.overview);
    const alert = page.locator('.alerts li', { hasText: 'Content within the duration' });
    await alert.locator('input').fill('looked at by the browser suite');
    await alert.getByRole('button', { name: /^Acknowledge/ }).click();
    await alert.getByText('… acknowledged').waitFor();
    await alert.getByText('History').click();
    expect(await alert.locator('ol').textContent()).toContain('looked at by the browser suite');
    await close(page);
  });

  it('says what is not there', async () => {
    for (const [path, says] of [
      ['/?page=video&video=none', 'There is no such video.'],
      ['/?page=session&session=none', 'There is no such session'],
      ['/?page=videos&search=%22%25none', 'There is none.'],
      ['/?from=2001-01-01&to=2001-01-02', 'No session started in this period.'],
    ] as const) {
      const { page } = await open(path);
      await page.getByText(says).first().waitFor();
      expect(await page.locator('.panel.failed').count(), path).toBe(0);
      await close(page);
    }
  });

  it('shows a coded failure in the panel that failed, and numbers in the others', async () => {
    let isBroken = true;
    const { page } = await open(paths.overview, {
      prepare: tab =>
        intercept(
          tab,
          'DashboardOverview',
          async route => {
            const response = await route.fetch();
            const body: { data: object } = await response.json();
            const errors = [
              {
                message: 'the semantic layer did not answer in time',
                path: ['topVideos'],
                extensions: { code: 'UPSTREAM_TIMEOUT', requestId: 'r-1' },
              },
            ];
            await route.fulfill({ response, json: { ...body, data: { ...body.data, topVideos: null }, errors } });
          },
          () => isBroken,
        ),
    });
    const failed = page.locator('.panel.failed');
    expect(await failed.count()).toBe(1);
    expect(await failed.textContent()).toMatch(/Top videos.*UPSTREAM_TIMEOUT.*r-1/);
    expect(await page.locator('.card').count()).toBe(6);
    isBroken = false;
    await failed.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Top videos' }).waitFor();
    await gone(page, '.panel.failed');
    await close(page);
  });

  it('keeps numbers that cannot be renewed, and says so', async () => {
    let isBroken = false;
    const { page } = await open(paths.overview, {
      prepare: tab =>
        intercept(
          tab,
          'DashboardOverview',
          route => route.abort(),
          () => isBroken,
        ),
    });
    isBroken = true;
    await page.keyboard.press('r');
    await page.getByText('These numbers could not be renewed: UNREACHABLE').waitFor();
    expect(await page.locator('.card').count()).toBe(6);
    isBroken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await gone(page, '.notice');
    await close(page);
  });

  it('says when the data is stale', async () => {
    const { page } = await open(paths.overview, {
      prepare: tab =>
        intercept(tab, 'DashboardState', async route => {
          const response = await route.fetch();
          const body = await response.text();
          await route.fulfill({ response, body: body.replace('"state":"FRESH"', '"state":"STALE"') });
        }),
    });
    expect(await page.locator('#stale').textContent()).toContain('The data is stale.');
    expect(await page.locator('#freshness').textContent()).toContain('Stale');
    expect(await violations(page)).toEqual([]);
    await close(page);
  });

  it.each([
    ['dataQuality', '.card'],
    ['freshness', '.sign-in'],
  ])('holds it for no failure that a tenant is not shown %s', async (field, awaited) => {
    const { page } = await openPage(browser, product.gateway, '/', {
      prepare: tab =>
        intercept(tab, 'DashboardState', async route => {
          const response = await route.fetch();
          const { data }: { data: object } = await response.json();
          const errors = [{ message: 'not shown to the caller', path: [field], extensions: { code: 'FORBIDDEN' } }];
          await route.fulfill({ response, json: { data: { ...data, [field]: null }, errors } });
        }),
    });
    await page.locator(awaited).first().waitFor();
    expect(await page.locator('.failed').count()).toBe(0);
    await close(page);
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await open(paths.overview);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the numbers');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('ferry');
    await page.keyboard.press('Enter');
    await page.waitForURL(/page=videos.*search=ferry/);
    await page.locator('#main table a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/page=video&/);
    await page.locator('.drops').waitFor();
    await page.keyboard.press('d');
    await page.waitForURL(/page=quality/);
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await close(page);
  });

  it('takes single keys for text once they are switched off', async () => {
    const { page } = await open(paths.overview);
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByLabel('Keys are on').uncheck();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('d');
    expect(new URL(page.url()).search).toBe('');
    await close(page);
  });

  it.each(['overview', 'videos', 'video', 'session', 'quality'] as const)(
    'has nothing that axe finds in either theme, a table behind every chart, and room on a phone: %s',
    async name => {
      const { page, problems } = await open(paths[name]);
      if (name === 'video') await keep(page, 'dashboard-video');
      await unfold(page, true);
      // A table is made when it is opened, in the next frame.
      await expect.poll(() => page.evaluate(chartsWithoutTable)).toEqual([]);
      expect(await violations(page), 'light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page), 'dark').toEqual([]);
      await unfold(page, false);
      if (name === 'overview') await keep(page, 'dashboard-dark');
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      if (name === 'overview') await keep(page, 'dashboard-phone', false);
      expect(problems).toEqual([]);
      await close(page);
    },
  );

  it('prints its numbers without its controls', async () => {
    const { page } = await open(paths.video);
    await page.emulateMedia({ media: 'print' });
    for (const control of ['nav', '.range', '#search', '.tools', 'details'])
      expect(await page.locator(control).first().isVisible(), control).toBe(false);
    expect(await page.locator('.card-value').first().isVisible()).toBe(true);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    // A4 in points, as @page asks.
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await close(page);
  });

  it.each(['overview', 'video', 'session', 'quality'] as const)(
    'prints %s within the width of an A4 sheet',
    async name => {
      const { page } = await open(paths[name]);
      await page.emulateMedia({ media: 'print' });
      // 210 mm less the margins of the style sheet, at 96 pixels an inch.
      await page.setViewportSize({ width: 702, height: 1000 });
      const outside = await page.evaluate(`[...document.querySelectorAll('.panel table')]
      .filter(table => table.getBoundingClientRect().right > table.closest('.panel').getBoundingClientRect().right)
      .map(table => table.textContent.slice(0, 60))`);
      expect(outside).toEqual([]);
      await close(page);
    },
  );

  it('is sent compressed, at most 130 kB for a first load', async () => {
    const { page } = await open(paths.overview);
    const loaded = await page.evaluate<{ name: string; size: number }[]>(
      'performance.getEntries().filter(entry => "encodedBodySize" in entry && !entry.name.includes("/graphql")).map(({ name, encodedBodySize }) => ({ name, size: encodedBodySize }))',
    );
    expect(loaded.length).toBeGreaterThanOrEqual(3);
    expect(loaded.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(130_000);
    await close(page);
  });

  it('has the full marks of Lighthouse for accessibility and best practices', async () => {
    const args = [
      '--quiet',
      '--output=json',
      '--only-categories=accessibility,best-practices',
      '--throttling-method=provided',
      // The stream of the last hour never ends, and without a limit Lighthouse waits for it.
      '--max-wait-for-load=10000',
    ];
    const chrome = '--chrome-flags=--headless=new --no-sandbox --disable-gpu';
    const { stdout } = await promisify(execFile)(
      'node',
      ['node_modules/lighthouse/cli/index.js', product.gateway, ...args, chrome],
      { maxBuffer: 2 ** 28, env: { ...process.env, CHROME_PATH: chromiumPath } },
    );
    const score = z.object({ score: z.number().nullable() });
    const { categories, audits } = z
      .object({
        categories: z.object({ accessibility: score, 'best-practices': score }),
        audits: z.record(z.string(), z.object({ score: z.number().nullable(), title: z.string() })),
      })
      .parse(JSON.parse(stdout));
    const lost = Object.values(audits).filter(audit => audit.score !== null && audit.score < 1);
    expect([categories.accessibility.score, categories['best-practices'].score], JSON.stringify(lost)).toEqual([1, 1]);
  });

  describe('in production', () => {
    const secret = 'only-for-the-browser-suite';
    let guarded: Product;
    const token = (role: string) =>
      new SignJWT({ role, sub: 'ada' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('10m')
        .sign(new TextEncoder().encode(secret));

    beforeAll(async () => {
      await product.stop();
      // Nothing but published documents is answered: the page must ask these to the byte.
      await writeFile(config, `${configuration()}serve: { graphql_documents: trusted }\n`);
      guarded = await startProduct(['node', 'bin/playhead.mjs', 'serve', '--config', config], folder, {
        PLAYHEAD_ENVIRONMENT: 'production',
        PLAYHEAD_API_SECRET: secret,
        PLAYHEAD_SQL_PASSWORD: secret,
        PLAYHEAD_PSEUDONYM_SECRET: secret,
      });
    });
    afterAll(async () => {
      await guarded?.stop();
    });

    const signIn = async (page: Page, text: string) => {
      await page.getByLabel('Token').fill(text);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };

    it('asks for a token, keeps it in the tab and out of the URL, and forgets it on signing out', async () => {
      const { page } = await openPage(browser, guarded.gateway, '/');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await keep(page, 'dashboard-sign-in');

      await signIn(page, 'no token');
      expect(await page.locator('#token-fault').textContent()).toContain('This is no token');
      await signIn(page, 'a.b.c');
      await page.getByText('the token is not valid').waitFor();

      const given = await token('admin');
      await signIn(page, ` Bearer ${given} `);
      await page.locator('.card').first().waitFor();
      await page.getByText('● live').waitFor();
      expect(page.url()).not.toContain(given);
      expect(await page.evaluate('[document.cookie, JSON.stringify(localStorage)]')).toEqual(['', '{}']);

      await page.reload();
      await page.locator('.card').first().waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      await close(page);
    });

    it('shows an analyst numbers, no button to acknowledge, and no single events', async () => {
      const analyst = await token('analyst');
      const prepare = (page: Page) => page.addInitScript(`sessionStorage.setItem('playhead.token', '${analyst}')`);
      const { page } = await openPage(browser, guarded.gateway, '/', { prepare });
      await page.locator('.card').first().waitFor();
      await page.locator('.alerts li').first().waitFor();
      expect(await page.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0);
      expect(await page.locator('.panel.failed').count()).toBe(0);
      await page.goto(`${guarded.gateway}${paths.video}`);
      await page.locator('#sessions table a').first().click();
      await page.getByText("How a session came about is not for this token's role.").waitFor();
      await close(page);
    });
  });
});

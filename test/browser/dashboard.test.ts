import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Product, playhead, startProduct } from '../doors/product.js';
import { launchBrowser, missingPackages } from './capture/record.js';

const missing = await missingPackages();
const axeScript = await readFile('node_modules/axe-core/axe.min.js', 'utf8');

/** Needs Chromium (Debian: chromium). */
describe.skipIf(missing.includes('chromium'))('the dashboard', () => {
  let folder: string;
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playhead-dashboard-'));
    product = await startProduct(['node', 'bin/playhead.mjs', 'up'], folder);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    readonly problems: string[];
  }

  async function open(path: string, width = 1200, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    page.on('console', message => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('request', request => {
      if (!request.url().startsWith(product.gateway) && !request.url().startsWith('data:'))
        problems.push(`asked ${request.url()}`);
    });
    await page.goto(`${product.gateway}${path}`);
    await page.waitForSelector('.drops li, .panel.failed');
    await page.waitForSelector('.numbers:not(.loading)');
    return { page, problems };
  }

  it('shows totals, series, rankings, retention, quality and freshness, without an error and without the network', async () => {
    const { page, problems } = await open('/');
    expect(problems).toEqual([]);
    expect(await page.locator('.panel.failed').count()).toBe(0);
    expect(await page.locator('.card').count()).toBe(6);
    for (const title of [
      'Watch time',
      'Active users',
      'Watch time by video',
      'Completion rate by video',
      'Retention',
      'Data quality',
    ])
      expect(await page.getByRole('heading', { name: title }).count()).toBeGreaterThan(0);
    expect(await page.locator('.drawing svg').count()).toBe(5);
    expect(await page.locator('#freshness').textContent()).toMatch(/Fresh|Stale/);
    if (process.env['PLAYHEAD_KEEP'] === '1') await page.screenshot({ path: 'docs/dashboard.png', fullPage: true });
    await page.context().close();
  });

  it('shows the same watch time as the files', async () => {
    const { page } = await open('/?from=2000-01-01&to=2099-12-31');
    const shown = await page.locator('[data-metric="watchTimeS"]').getAttribute('data-value');
    const files = z
      .array(z.object({ s: z.number() }))
      .parse(
        JSON.parse(
          await playhead(
            'query',
            'SELECT round(sum(watch_time_s), 6) AS s FROM sessions',
            '--format',
            'json',
            '--data',
            folder,
          ),
        ),
      );
    expect(Number(shown)).toBe(files[0]?.s);
    await page.context().close();
  });

  it('keeps period and video in the URL, through reload and back', async () => {
    const { page } = await open('/');
    await page.getByRole('button', { name: '7 days' }).click();
    await page.waitForURL(/from=/);
    const week = new URL(page.url()).search;
    await page.locator('.chooser select').selectOption({ index: 2 });
    await page.waitForURL(/video=/);
    const chosen = await page.locator('.chooser select').inputValue();
    await page.reload();
    await page.waitForSelector('.drops li');
    expect(await page.locator('.chooser select').inputValue()).toBe(chosen);
    await page.goBack();
    expect(new URL(page.url()).search).toBe(week);
    await page.context().close();
  });

  it('fits a phone', async () => {
    const { page } = await open('/', 390);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (process.env['PLAYHEAD_KEEP'] === '1') await page.screenshot({ path: 'docs/dashboard-phone.png' });
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('has no accessibility violation that axe finds, %s', async colorScheme => {
    const { page } = await open('/', 1200, colorScheme);
    await page.evaluate(axeScript);
    const violations = await page.evaluate<{ id: string; nodes: { target: string[] }[] }[]>(
      'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }).then(result => result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target }) => ({ target })) })))',
    );
    expect(violations).toEqual([]);
    if (process.env['PLAYHEAD_KEEP'] === '1' && colorScheme === 'dark')
      await page.screenshot({ path: 'docs/dashboard-dark.png', fullPage: true });
    await page.context().close();
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeReport, reportPage, writePdf } from '#reports';
import { noFacts, someFacts } from '../reports/facts.js';
import { chromiumPath, launchBrowser, missingPackages } from './capture/record.js';

const missing = await missingPackages();
const axeScript = await readFile('node_modules/axe-core/axe.min.js', 'utf8');

/** Needs Chromium (Debian: chromium). */
describe.skipIf(missing.includes('chromium'))('the page of a report', () => {
  let folder: string;
  let browser: Browser;
  const pages = { full: reportPage(composeReport(someFacts())), empty: reportPage(composeReport(noFacts())) };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playhead-report-'));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(name: keyof typeof pages, width = 1000) {
    const path = join(folder, `${name}.html`);
    await writeFile(path, pages[name]);
    // What tests inject is let past the page's policy; what the page asks for or breaks is not.
    const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    return { page, asked, url: pathToFileURL(path).href };
  }

  it.each(['full', 'empty'] as const)('has nothing that axe finds: %s', async name => {
    const { page } = await open(name);
    await page.evaluate(axeScript);
    const found = await page.evaluate<{ id: string; nodes: string[] }[]>(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(n => n.html) })))`,
    );
    expect(found).toEqual([]);
    await page.context().close();
  });

  it('asks for nothing, breaks nothing of its own policy, and draws in its colours', async () => {
    const { asked, url, page: other } = await open('full');
    await other.context().close();
    const context = await browser.newContext();
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', message => problems.push(message.text()));
    await page.goto(url);
    expect([asked, problems]).toEqual([[url], []]);
    const painted = await page.evaluate<string[]>(
      `[...new Set([...document.querySelectorAll('.drawing path')].map(path => getComputedStyle(path).stroke))]`,
    );
    expect(painted).toContain('rgb(11, 102, 195)');
    await context.close();
  });

  it('fits a phone', async () => {
    const { page } = await open('full', 390);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    // Words of one piece stay in one: a table that is too wide is scrolled.
    const broken = await page.evaluate<string[]>(`[...document.querySelectorAll('th, td')].flatMap(cell => {
      const text = cell.firstChild;
      if (cell.children.length > 0 || text === null || !/^[A-Za-z_]+$/.test(text.data)) return [];
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length > 1 ? [text.data] : [];
    })`);
    expect(broken).toEqual([]);
    if (process.env['PLAYHEAD_KEEP'] === '1') await page.screenshot({ path: join(tmpdir(), 'report-phone.png') });
    await page.context().close();
  });

  it('prints as PDF', async () => {
    const path = join(folder, 'week.pdf');
    await writePdf(pages.full, { path, env: { CHROMIUM_PATH: chromiumPath } });
    expect((await readFile(path)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

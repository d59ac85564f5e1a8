import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage } from '../gateway/start.js';
import { launchBrowser, missingPackages } from './capture/record.js';

const missing = await missingPackages();

/** Needs Chromium (Debian: chromium), and the built page (`npm run build`). */
describe.skipIf(missing.includes('chromium'))('GraphiQL', () => {
  let stage: Stage;
  let browser: Browser;
  beforeAll(async () => {
    stage = await startStage();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('asks and knows the contract, from files of the gateway and under its content security policy', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    page.on('console', message => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('request', request => {
      const url = request.url();
      if (!url.startsWith(stage.gateway.url) && !url.startsWith('data:')) problems.push(`asked ${url}`);
    });
    await page.goto(`${stage.gateway.url}/graphiql`);
    const editor = page.locator('.graphiql-query-editor');
    await expect.poll(() => editor.textContent(), { timeout: 30_000 }).toContain('freshness');
    await page.getByRole('button', { name: /execute query/i }).click();
    const answer = page.locator('.result-window');
    await expect.poll(() => answer.textContent(), { timeout: 30_000 }).toContain('watchTimeS');
    await page.getByRole('button', { name: /documentation explorer/i }).click();
    await expect.poll(() => page.locator('.graphiql-plugin').textContent()).toContain('Query');
    expect(problems).toEqual([]);
  });
});

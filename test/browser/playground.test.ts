import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CubeServer, startCube } from '#cube';
import { sql } from '#sql';
import { tables } from '#tables';
import { makeSmallLake, type SmallLake, writeGold, writeSessions } from '../cube/small-lake.js';
import { launchBrowser, missingPackages } from './capture/record.js';

const missing = await missingPackages();

/** Needs Chromium (Debian: chromium). The Playground is Cube's own page; what it shows are our models. */
describe.skipIf(missing.includes('chromium'))('the Playground', () => {
  let small: SmallLake;
  let cube: CubeServer;
  let browser: Browser;

  beforeAll(async () => {
    small = await makeSmallLake();
    await writeSessions(small, 900);
    await writeGold(small);
    await small.publish(1);
    cube = await startCube({ config: small.config, log: () => {} });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await cube?.close();
    await small?.close();
  });

  it('builds a question from the models, and shows the numbers of the files and the statement to take along', async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const pageErrors: string[] = [];
    page.on('pageerror', error => pageErrors.push(error.message));
    await page.goto(cube.url);
    await page.getByText('sessions', { exact: true }).click();
    for (const member of ['watch_time_s', 'session_count', 'device'])
      await page.getByText(member, { exact: true }).first().click();
    await page.getByRole('button', { name: 'Run Query' }).click();
    await page.getByText('2 results').waitFor();

    const cells = await page.locator('[data-element="CellValue"]').allTextContents();
    const wanted = await small.engine.query(sql`
      select device, sum(watch_time_s) as watch_time_s, count(*) as session_count
      from ${await small.lake.read(tables.sessions)} group by device order by watch_time_s desc`);
    expect(cells.map(cell => cell.replaceAll(',', ''))).toEqual(wanted.flatMap(row => Object.values(row).map(String)));
    if (process.env['PLAYHEAD_KEEP'] === '1') await page.screenshot({ path: 'docs/playground.png' });

    await page.getByText('SQL API', { exact: true }).click();
    await page.getByText('MEASURE(sessions.watch_time_s)').first().waitFor();
    expect(pageErrors).toEqual([]);
    await page.close();
  });
});

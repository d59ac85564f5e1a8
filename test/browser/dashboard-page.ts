import { readFile } from 'node:fs/promises';
import type { Browser, Page, Route } from 'playwright-core';
import { z } from 'zod';

const axeScript = await readFile('node_modules/axe-core/axe.min.js', 'utf8');

export interface Opened {
  readonly page: Page;
  /** Errors of the page, and requests that leave the gateway. */
  readonly problems: string[];
}

export interface Look {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** Called before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** Opens a page of the dashboard in a context of its own, and waits until its numbers are there, or why they are not. */
export async function openPage(
  browser: Browser,
  gateway: string,
  path: string,
  { width = 1200, colorScheme = 'light', prepare }: Look = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', request => {
    if (!request.url().startsWith(gateway) && !request.url().startsWith('data:'))
      problems.push(`asked ${request.url()}`);
  });
  await prepare?.(page);
  await page.goto(`${gateway}${path}`);
  await settled(page);
  return { page, problems };
}

/** Waits until nothing on the page waits any more. (The page's policy allows no functions made of text, so no waitForFunction.) */
export async function settled(page: Page): Promise<void> {
  await page.locator('.sign-in, #main > .panel:not(.waiting), .numbers:not(.loading)').first().waitFor();
  await gone(page, '[aria-busy]');
}

/** Waits until nothing on the page fits a selector. */
export const gone = (page: Page, selector: string) => page.locator(selector).first().waitFor({ state: 'detached' });

/** What axe finds against WCAG 2.2 AA and its best practices: the rule and where. */
export async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axeScript);
  return page.evaluate(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
      .then(result => result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target }) => target.join(" ")) })))`,
  );
}

const questionSchema = z.object({ query: z.string() });

/** Answers one operation of the page by something else than the gateway, for as long as `isOn` says so. */
export async function intercept(
  page: Page,
  operation: string,
  answer: (route: Route) => Promise<void>,
  isOn: () => boolean = () => true,
): Promise<void> {
  await page.route('**/graphql', async route => {
    const { query } = questionSchema.parse(route.request().postDataJSON());
    if (query.includes(` ${operation}`) && isOn()) await answer(route);
    else await route.fallback();
  });
}

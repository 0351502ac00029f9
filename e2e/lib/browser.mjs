// The chromium of the machine, with and without script, as wide as a phone or a desk.
import { chromium } from 'playwright-core';

// Nothing is sent anywhere but to the pages under test.
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };
// The narrowest width without sideways scrolling (WCAG 1.4.10).
export const NARROW = { width: 320, height: 640 };

// The four ways in which every path must work.
export const WAYS = [
  { name: 'desk, script on', viewport: DESK, script: true },
  { name: 'desk, script off', viewport: DESK, script: false },
  { name: 'phone, script on', viewport: PHONE, script: true },
  { name: 'phone, script off', viewport: PHONE, script: false },
];

const STEP_TIMEOUT_MS = 10_000;
const STATUS = /^Failed to load resource: the server responded with a status of 4\d\d/;

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

// A person's own browser: no cookies, nothing cached.
export async function newPage(browser, { viewport = DESK, script = true, locale = 'it-IT' } = {}) {
  const context = await browser.newContext({ viewport, locale, acceptDownloads: true });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  return equip(await context.newPage(), script);
}

// What the helpers need on a page: a switch for script, and what went wrong on it.
export async function equip(page, script) {
  // Playwright's own switch cannot be turned back, and axe needs script once the page's own has not run.
  const session = await page.context().newCDPSession(page);
  page.setScript = (on) => session.send('Emulation.setScriptExecutionDisabled', { value: !on });
  page.script = script;
  await page.setScript(script);
  page.faults = [];
  // The answer that the page was made from, also when it was to a form.
  page.on('response', (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) page.made = response;
  });
  // A refused style or script is a fault of the page's content policy, and so is every script error.
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    // The browser itself reports each refusal (403, 422, ...) of a page: those are meant.
    if (message.type() === 'error' && !STATUS.test(message.text())) page.faults.push(message.text());
  });
  return page;
}

// True when the page is wider than its window.
export function scrollsSideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

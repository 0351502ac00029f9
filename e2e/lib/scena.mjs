// What a browser test needs around it: a portal, a browser, pictures of what was seen, today's date at the portal.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { DESK, PHONE, launch, newPage, scrollsSideways } from './browser.mjs';
import { faults } from './check.mjs';
import { ROOT, startPortal } from './portal.mjs';
import { signIn } from './signin.mjs';

// Starts a portal and a browser before the tests of this file and ends them after: { portal, browser } from then on.
export function scena() {
  const scene = {};
  before(async () => {
    scene.portal = await startPortal();
    scene.browser = await launch();
  });
  after(async () => {
    await scene.browser?.close();
    await scene.portal?.stop();
  });
  return scene;
}

// A person's browser on a page that asks for sign-in, signed in.
export async function enter({ portal, browser }, { viewport, script }, path, name) {
  const page = await newPage(browser, { viewport, script });
  await page.goto(`${portal.url}${path}`);
  await signIn(page, name);
  assert.equal(new URL(page.url()).pathname, path, 'back to the page that was asked for');
  return page;
}

// Keeps a picture of a page in target/screenshots/`shelf`, by the width of its window or of each of `viewports`.
export async function keepPicture(page, shelf, name, viewports = [page.viewportSize()]) {
  const before = page.viewportSize();
  for (const viewport of viewports) {
    await page.setViewportSize(viewport);
    await oneSize(page, shelf, name);
  }
  await page.setViewportSize(before);
}

// Keeps a picture of each page that `rules` sees, as wide as a phone and as a desk, by its number and name.
export const album = (shelf) => (page, name) =>
  keepPicture(page, shelf, name.replaceAll('/', '-').slice(0, 120), [PHONE, DESK]);

async function oneSize(page, shelf, name) {
  const folder = join(ROOT, 'target/screenshots', shelf, String(page.viewportSize().width));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

// A photographer for `shelf`, who also looks whether anything is wrong with the page.
export const pictures = (shelf) => async (page, name) => {
  await keepPicture(page, shelf, name);
  const where = `${name} at ${page.viewportSize().width}`;
  assert.deepEqual(await faults(page), [], where);
  assert.equal(await scrollsSideways(page), false, where);
};

// The day at the portal, so many days from today: [day, month, year].
export function giorno(away = 0) {
  const [year, month, day] = oggi().split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day + away));
  return [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCFullYear()];
}

// Today at the portal, in Italy: 2027-09-15.
export const oggi = () =>
  process.env.E2E_DAY ?? new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome' }).format(new Date());

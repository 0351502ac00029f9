// A sign-in that ends by time in the middle of a form, in the four ways in which every path must work.
// Pictures: target/screenshots/scadenza.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { DESK, NARROW, WAYS, launch } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { startPortal } from '../lib/portal.mjs';
import { keepPicture } from '../lib/scena.mjs';
import { GENITORI } from '../lib/storia/gente.mjs';
import { entraUnAltro, tornaTardi } from '../lib/storia/scadenza.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };

let portal;
let browser;
before(async () => {
  portal = await startPortal({ clock: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const { watcher, seen, found } = rules([NARROW, DESK]);
const photographer = async (page, name) => {
  if (!seen.has(name)) await keepPicture(page, 'scadenza', name.replaceAll('/', '-'));
  await watcher(page, name);
};

for (const [index, way] of WAYS.entries()) {
  const scene = () => ({ browser, portal, way, watcher: photographer, chi: GENITORI[index] });

  test(`what was typed survives a session that expires (${way.name})`, LIMIT, async () => {
    await tornaTardi(scene());
    assert.deepEqual(found.splice(0), []);
  });

  test(`somebody else after the expiry gets nothing of it (${way.name})`, LIMIT, async () => {
    await entraUnAltro(scene());
    assert.deepEqual(found.splice(0), []);
  });
}

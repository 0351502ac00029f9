// Four families whose application is not the plain one, on a phone without script and at a desk with it.
// Pictures of every page: target/screenshots/prove.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, NARROW, PHONE, launch } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { startPortal } from '../lib/portal.mjs';
import { keepPicture } from '../lib/scena.mjs';
import { pubblica } from '../lib/storia/bozze.mjs';
import { FAMIGLIE } from '../lib/storia/gente.mjs';
import { annoScolastico, cambiaIlComune, cominciaESospende, senzaCodice, tornaDopoTreSettimane, treFigli, tutore, ufficioSenzaCodice, ufficioTreFigli } from '../lib/storia/prove.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 4 * 60_000 };
const DAY_MS = 86_400_000;
const WAYS = [
  { name: 'phone, script off', viewport: PHONE, script: false },
  { name: 'desk, script on', viewport: DESK, script: true },
];

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

// Each page of a story in the order in which it comes, with the rules that every page keeps.
function scene(story, way) {
  const { watcher, seen, found } = rules([NARROW, DESK]);
  let taken = 0;
  const photographer = async (page, name) => {
    // Each refusal is another one.
    if (seen.has(name) && !name.includes(', errore')) return;
    taken += 1;
    const file = `${String(taken).padStart(2, '0')} ${name.replaceAll('/', '-')}`;
    await keepPicture(page, `prove/${story}`, file);
    await watcher(page, name);
  };
  return { browser, portal, way, watcher: photographer, found };
}

for (const [index, way] of WAYS.entries()) {
  const { treFigli: tre, tutore: chiTutela, senzaCodice: senza } = FAMIGLIE[index];

  test(`a parent of three, one with a diet (${way.name})`, LIMIT, async () => {
    const { found, ...family } = scene('tre-figli', way);
    const { page, pratiche } = await treFigli({ ...family, ...tre });
    await ufficioTreFigli({ ...family, pratiche });
    await page.context().close();
    assert.deepEqual(found, []);
  });

  test(`a guardian with the act of the court (${way.name})`, LIMIT, async () => {
    const { found, ...family } = scene('tutore', way);
    await tutore({ ...family, ...chiTutela });
    assert.deepEqual(found, []);
  });

  test(`a child without codice fiscale (${way.name})`, LIMIT, async () => {
    const { found, ...family } = scene('senza-codice', way);
    const { numero } = await senzaCodice({ ...family, ...senza });
    await ufficioSenzaCodice({ ...family, numero, codice: senza.codice, altrui: tre.figli[1].codice });
    assert.deepEqual(found, []);
  });
}

// Last, because the clock goes on: both begin, three weeks pass, both come back.
test('somebody who comes back after three weeks (phone, script off; desk, script on)', LIMIT, async () => {
  const visits = WAYS.map((way, index) => ({ ...scene('ritorno', way), ...FAMIGLIE[index].ritorno }));
  const year = await annoScolastico(portal);
  await pubblica(portal, year, [], 24);
  for (const visit of visits) await cominciaESospende(visit);
  await portal.passOn(18 * DAY_MS);
  await cambiaIlComune(portal, year, 6);
  await portal.passOn(3 * DAY_MS);
  for (const { found, ...visit } of visits) {
    await tornaDopoTreSettimane(visit);
    assert.deepEqual(found, []);
  }
});

// A new parent at each door: SPID, CIE, eIDAS, with script and without. Pictures: target/screenshots/porte.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WAYS, launch, newPage } from '../lib/browser.mjs';
import { faults } from '../lib/check.mjs';
import { click, heading } from '../lib/labels.mjs';
import { ROOT, startPortal } from '../lib/portal.mjs';
import { premi, sessioni } from '../lib/simulatore.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };
// The page that is asked for, where only somebody signed in may go.
const ASKED = '/calvenzano/sezione-informativa/consultazione-pratiche';
// Each door: its button, whoever comes in by it for the first time, and what "I tuoi accessi" calls it.
const DOORS = [
  { door: 'Entra con SPID', name: 'Giulia Bianchi', means: /SPID/ },
  { door: 'Entra con CIE', name: 'Paolo Ferrari', means: /CIE/ },
  { door: 'Login with eIDAS', name: 'Anna Schmidt', means: /eIDAS/ },
];

let portal;
let browser;
before(async () => {
  portal = await startPortal();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

// A page of the walk: nothing is wrong with it, and it is kept as a picture.
async function look(page, way, title, picture) {
  assert.equal(await heading(page), title);
  assert.deepEqual(await faults(page), [], picture);
  const folder = join(ROOT, 'target/screenshots/porte', `${way.viewport.width}-${way.script ? 'script' : 'senza'}`);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${picture}.png`), fullPage: true });
}

// From a page that only somebody signed in may see to the provider behind a door.
async function toProvider(page, way, door) {
  await page.goto(`${portal.url}${ASKED}`);
  await look(page, way, 'Accedi', 'porte');
  await page.getByRole('main').getByRole('link', { name: door, exact: true }).click();
  if (door.endsWith('SPID')) {
    await look(page, way, 'Scegli il tuo gestore SPID', 'gestori');
    await page.getByRole('main').getByRole('button').first().click();
  }
  if (!page.script) {
    await page.getByRole('button', { name: 'Continua con' }).waitFor();
    await look(page, way, await heading(page), `vai-${door.split(' ').pop().toLowerCase()}`);
    await click(page, 'Continua con');
  }
  await page.waitForURL((url) => url.origin !== portal.url);
}

// In by a door, to the page that was asked for; answers the words of that page.
async function comeIn(page, way, door, name) {
  await toProvider(page, way, door);
  await premi(page, portal, `Entra come ${name}`);
  assert.equal(new URL(page.url()).pathname, ASKED);
  assert.deepEqual(await sessioni(page), ['__Host-sportello']);
  return page.getByRole('main').innerText();
}

for (const way of WAYS) {
  for (const { door, name, means } of DOORS) {
    test(`a new parent comes in: ${door} (${way.name})`, LIMIT, async () => {
      const page = await newPage(browser, way);
      await comeIn(page, way, door, name);
      await look(page, way, await heading(page), `dentro-${door.split(' ').pop().toLowerCase()}`);
      await page.goto(`${portal.url}/calvenzano/area-personale/accessi`);
      assert.match(await page.getByRole('main').innerText(), means);
      await page.context().close();
    });
  }

  test(`SPID and CIE of one parent lead to one person (${way.name})`, LIMIT, async () => {
    const seen = [];
    for (const door of ['Entra con SPID', 'Entra con CIE']) {
      const page = await newPage(browser, way);
      seen.push(await comeIn(page, way, door, 'Maria Colleoni'));
      await page.context().close();
    }
    assert.match(seen[0], /mensa/i);
    assert.equal(seen[1], seen[0]);
  });

  test(`without a codice fiscale the office helps (${way.name})`, LIMIT, async () => {
    const page = await newPage(browser, way);
    await toProvider(page, way, 'Login with eIDAS');
    await premi(page, portal, 'Entra come Joao Pereira');
    assert.equal(page.made.status(), 403);
    assert.deepEqual(await sessioni(page), []);
    assert.match(await page.getByRole('main').innerText(), /non contiene un codice fiscale italiano\. Chiama l’ufficio/);
    await look(page, way, 'Manca il codice fiscale', 'senza-codice-fiscale');
    await click(page, 'Entra con un’altra identità');
    assert.equal(await heading(page), 'Accedi');
    await page.context().close();
  });

  test(`whoever gives up at CIE finds every door again (${way.name})`, LIMIT, async () => {
    const page = await newPage(browser, way);
    await toProvider(page, way, 'Entra con CIE');
    await premi(page, portal, 'Errore 25:');
    assert.equal(page.made.status(), 403);
    await look(page, way, 'Accesso non riuscito', 'annullato-cie');
    await click(page, 'Riprova');
    assert.equal(await heading(page), 'Accedi');
    await page.getByRole('main').getByRole('link', { name: 'Entra con CIE', exact: true }).click();
    if (!page.script) await click(page, 'Continua con');
    await premi(page, portal, 'Entra come Maria Colleoni');
    assert.equal(new URL(page.url()).pathname, ASKED);
    await page.context().close();
  });
}

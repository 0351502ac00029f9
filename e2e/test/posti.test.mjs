// Few places: people file before, all press at the opening, the office sees the order.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESK, NARROW, WAYS, launch, newPage } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { click, heading } from '../lib/labels.mjs';
import { arrive, look } from '../lib/passi.mjs';
import { startPortal } from '../lib/portal.mjs';
import { signIn } from '../lib/signin.mjs';
import { GENITORI, intero } from '../lib/storia/gente.mjs';
import { CODICE, TITOLO, inviaDomanda, pubblicaPosti } from '../lib/storia/posti.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const POSTI = 3;

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

// Pictures of the pages at both widths, where somebody wants to look at them.
async function picture(page, name) {
  const folder = process.env.E2E_PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const size = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ ...size, width });
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(size);
}

const words = (page) => page.getByRole('main').innerText();

// Presses "Prenota" and answers the status of what came back.
async function press(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.getByRole('button', { name: 'Prenota', exact: true }).click(),
  ]);
  return answer.status();
}

test('places are booked in the order of arrival, and the office sees it', LIMIT, async () => {
  const { watcher, found } = rules([NARROW, DESK]);
  await pubblicaPosti(portal, { posti: POSTI, apre: 120 });
  const visitor = Object.assign(await newPage(browser), { watcher });
  await visitor.goto(`${portal.url}/calvenzano/modelli/${CODICE}`);
  await arrive(visitor, TITOLO);
  assert.match(await words(visitor), /I posti sono 3\. Si prenotano dal \d+º? \S+ \d{4}, ore \d+\.\d\d\./);
  await picture(visitor, 'modello-prima');

  const pages = [];
  for (const [index, way] of WAYS.entries()) {
    const page = Object.assign(await newPage(browser, way), { watcher });
    await inviaDomanda(page, portal, intero(GENITORI[index]));
    await click(page, 'Prenota il posto');
    await arrive(page, 'Prenota il posto');
    await picture(page, `prima-${index}`);
    assert.equal(await press(page), 409, 'too early');
    await page.getByRole('alert').waitFor();
    assert.match(await words(page), /Non ancora: la prenotazione apre il/);
    await look(page, 'Prenota il posto, troppo presto');
    await picture(page, `presto-${index}`);
    pages.push(page);
  }

  await pubblicaPosti(portal, { posti: POSTI, apre: -1 });
  await visitor.reload();
  assert.match(await words(visitor), /Posti liberi: 3 di 3/);
  for (const [index, page] of pages.entries()) {
    // The page still stands as it was before the opening: one press is enough.
    assert.equal(await press(page), 303);
    await arrive(page, 'Il tuo posto');
    const said = index < POSTI ? `Posto provvisorio ${index + 1} di ${POSTI}` : 'Lista d’attesa: 1';
    assert.match(await words(page), new RegExp(said));
    assert.equal(await page.getByRole('button', { name: 'Prenota', exact: true }).count(), 0);
    await look(page, `Il tuo posto, ${said}`);
    await picture(page, `dopo-${index}`);
    await page.reload();
    assert.match(await words(page), new RegExp(`Numero d’arrivo ${index + 1},`));
    await click(page, /^Domanda/);
    await arrive(page, new RegExp(TITOLO));
    await click(page, 'Posto: prenota o vedi a che punto sei');
    await arrive(page, 'Il tuo posto');
  }
  await visitor.reload();
  assert.match(await words(visitor), /I 3 posti sono tutti prenotati\. Chi prenota ora entra in lista d’attesa\./);
  await look(visitor, `${TITOLO}, esauriti`);
  await picture(visitor, 'modello-dopo');

  const anna = Object.assign(await newPage(browser), { watcher });
  await anna.goto(`${portal.url}/calvenzano/ufficio`);
  await signIn(anna, 'Anna Brambilla');
  await click(anna, 'Posti');
  assert.equal(await heading(anna), 'Posti limitati');
  await look(anna, 'Posti limitati');
  await picture(anna, 'ufficio-posti');
  await click(anna, TITOLO);
  await anna.getByRole('heading', { level: 1, name: `Ordine di arrivo: ${TITOLO}` }).waitFor();
  await look(anna, 'Ordine di arrivo');
  await picture(anna, 'ufficio-ordine');
  const rows = await anna.getByRole('row').allInnerTexts();
  assert.deepEqual(rows.slice(1).map((row) => row.split(/\s/)[0]), ['1', '2', '3', '4']);
  assert.match(rows[4], /Lista d’attesa: 1/);
  assert.deepEqual(found, []);
});

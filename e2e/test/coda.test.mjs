// The office's queue: filters in the address, several applications at once, and ten of them decided without a mouse.
// Pictures: target/screenshots/coda.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, newPage } from '../lib/browser.mjs';
import { faults } from '../lib/check.mjs';
import { choose, click, fill, heading, select, tick } from '../lib/labels.mjs';
import { arrive, next, riga } from '../lib/passi.mjs';
import { enter, keepPicture, oggi, scena } from '../lib/scena.mjs';
import { GENITORI, MARIA } from '../lib/storia/gente.mjs';
import { INFANZIA, aggiungiFiglio, apreDomanda, pagaConAvvisi, richiedente, scegliScuola, scriviFiglio } from '../lib/storia/pagine.mjs';
import { press, reach } from '../lib/tastiera.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 15 * 60_000 };
const CODA = '/calvenzano/ufficio/pratiche';
const NOMI = ['Ada', 'Beatrice', 'Carlo', 'Dario', 'Elsa', 'Fabio', 'Gino'];
const WAY = { viewport: DESK, script: true };
const TEN = 10;

const scene = scena();
const testo = (page) => page.getByRole('main').innerText();
const caselle = (page) => page.getByRole('checkbox', { name: /^Scegli la pratica/ });

// Looks at the page as it stands, as wide as a desk and as narrow as a phone.
async function look(page, name) {
  await keepPicture(page, 'coda', name, [PHONE, DESK]);
  for (const viewport of [PHONE, DESK]) {
    await page.setViewportSize(viewport);
    assert.deepEqual(await faults(page), [], `${name} at ${viewport.width}`);
  }
}

// A parent files for children none of whom has a codice fiscale yet: one application for each.
async function presenta(chi, nomi = NOMI, email = undefined) {
  const page = Object.assign(await newPage(scene.browser, WAY), { watcher: async () => {} });
  await apreDomanda(page, scene.portal, chi);
  await richiedente(page);
  if (email) await fill(page, 'E-mail', email);
  await next(page, 'Figli da iscrivere');
  for (const [index, nome] of nomi.entries()) {
    const row = await aggiungiFiglio(page, index + 1);
    await scriviFiglio(row, { cognome: chi.cognome, nome, nascita: [index + 1, 3, 2021] });
    await choose(row, 'Il figlio non ha ancora il codice fiscale', 'Sì');
  }
  await next(page, 'Scuola e giorni di mensa');
  for (const nome of nomi) await scegliScuola(page, nome, INFANZIA);
  await next(page, 'Dieta');
  for (const nome of nomi) await riga(page, new RegExp(nome)).getByLabel('Nessuna dieta speciale').check();
  await next(page, 'Tariffa e pagamento');
  await pagaConAvvisi(page);
  await tick(page, 'Dichiaro che i dati sono veri');
  await click(page, 'Invia');
  await arrive(page, 'Richiesta inviata');
  await page.context().close();
}

test('two parents file for seven children each', LIMIT, async () => {
  for (const chi of GENITORI.slice(2)) await presenta(chi);
});

test('filters, order and page live in the address', LIMIT, async () => {
  const page = await enter(scene, WAY, CODA, 'Anna Brambilla');
  await page.goto(`${scene.portal.url}${CODA}?filtro=da-assegnare`);
  await look(page, 'coda');
  await page.getByText('Altri filtri e ordine').click();
  await select(page, 'Scuola', INFANZIA.scuola);
  await select(page, 'Stato', 'Da assegnare');
  await fill(page, 'Inviata dal', oggi());
  await click(page, 'Applica i filtri');
  await page.getByRole('link', { name: 'Togli i filtri' }).waitFor();
  const address = page.url();
  for (const part of ['filtro=da-assegnare', 'stato=protocollata', 'plesso=', `dal=${oggi()}`]) assert.ok(address.includes(part), `${part} is not in ${address}`);
  assert.match(await testo(page), /Beatrice Galli[\s\S]*Beatrice Riva/);
  await look(page, 'coda-filtri');
  const numbers = () => page.getByRole('rowheader').allInnerTexts();
  await page.getByRole('columnheader').getByRole('link', { name: 'Pratica' }).click();
  await page.locator('th[aria-sort=ascending]').filter({ hasText: 'Pratica' }).waitFor();
  const up = await numbers();
  await page.getByRole('columnheader').getByRole('link', { name: 'Pratica' }).click();
  await page.locator('th[aria-sort=descending]').filter({ hasText: 'Pratica' }).waitFor();
  assert.deepEqual((await numbers()).reverse(), up);
  // The address alone brings the same rows in another browser.
  const other = await enter(scene, { viewport: DESK, script: false }, CODA, 'Anna Brambilla');
  await other.goto(page.url());
  assert.deepEqual((await other.getByRole('rowheader').allInnerTexts()).reverse(), up);
  await other.goto(`${scene.portal.url}${CODA}?filtro=osservazioni`);
  assert.match(await testo(other), /Nessuna pratica in questo filtro/);
  await fill(other, 'Numero della pratica o nome', 'beatrice');
  await click(other, 'Cerca');
  assert.match(await testo(other), /Tutte: \d+ pratiche[\s\S]*Beatrice Galli/, 'the search looks beyond the filter');
  for (const one of [page, other]) await one.context().close();
});

test('several are accepted at once, without script', LIMIT, async () => {
  const page = await enter(scene, { viewport: DESK, script: false }, CODA, 'Anna Brambilla');
  await page.goto(`${scene.portal.url}${CODA}?filtro=da-assegnare`);
  await click(page, 'Prendi in carico');
  assert.match(await page.getByRole('alert').innerText(), /Scegli almeno una pratica/);
  await look(page, 'niente');
  for (const at of [0, 1, 2, 3]) await caselle(page).nth(at).check();
  const chosen = await page.getByRole('rowheader').allInnerTexts();
  for (const [button, done] of [['Prendi in carico', 'In carico a Anna Brambilla'], ['Accogli', 'Accolta']]) {
    await click(page, button);
    assert.match(await testo(page), /Non è ancora cambiato nulla\. Pronte: 4\. Non si può: 0\./);
    await look(page, `anteprima-${button === 'Accogli' ? 'accogli' : 'prendi'}`);
    await click(page, `${button} 4 pratiche`);
    await page.getByRole('status').waitFor();
    assert.match(await testo(page), new RegExp(`Fatte: 4\\. Non fatte: 0\\.[\\s\\S]*Stato: ${done}\\.`));
    await look(page, `esito-${button === 'Accogli' ? 'accogli' : 'prendi'}`);
    await click(page, 'Torna alla coda');
    if (button === 'Accogli') break;
    await page.goto(`${scene.portal.url}${CODA}?filtro=mie`);
    for (const number of chosen.slice(0, 4)) await page.getByRole('checkbox', { name: `Scegli la pratica ${number}`, exact: true }).check();
  }
  for (const number of chosen.slice(0, 4)) assert.equal(await page.getByRole('link', { name: number, exact: true }).count(), 0, `${number} is still in the queue`);
  await page.context().close();
});

test('two people on one application see each other', LIMIT, async () => {
  const [anna, elena] = [await enter(scene, WAY, CODA, 'Anna Brambilla'), await enter(scene, WAY, CODA, 'Elena Bassi')];
  const link = anna.getByRole('rowheader').first().getByRole('link');
  const address = new URL(await link.getAttribute('href'), anna.url()).href;
  await anna.goto(address);
  await elena.goto(address);
  assert.match(await testo(elena), /Anna Brambilla sta guardando questa pratica/);
  await look(elena, 'guarda');
  for (const page of [anna, elena]) await page.context().close();
});

test('ten are decided from the queue by the keyboard alone', LIMIT, async () => {
  const page = await enter(scene, WAY, CODA, 'Anna Brambilla');
  const key = (name) => page.keyboard.press(name);
  // Whoever does not want single keys has none.
  await key('?');
  await page.waitForURL('**/ufficio/tastiera');
  await look(page, 'tastiera');
  await page.setViewportSize(DESK);
  await press(page, /^Spegni i tasti singoli/);
  await press(page, /^Torna alla coda/);
  await page.waitForURL('**/ufficio/pratiche');
  await page.waitForLoadState('load');
  await key('?');
  await key('j');
  assert.equal(await heading(page), 'Coda di lavoro');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'a key that is off moves nothing');
  await press(page, /^Tasti rapidi/);
  await page.waitForURL('**/ufficio/tastiera');
  await press(page, /^Accendi i tasti singoli/);
  await press(page, /^Torna alla coda/);
  await page.waitForURL('**/ufficio/pratiche');
  await page.waitForLoadState('load');

  // A row is chosen and let go, the way to the assignment is one key.
  await key('j');
  await key('x');
  assert.equal(await caselle(page).first().isChecked(), true);
  await key('x');
  assert.equal(await caselle(page).first().isChecked(), false);
  await key('a');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'assegna-a');
  await page.goto(`${scene.portal.url}${CODA}?filtro=da-assegnare`);
  await page.waitForLoadState('load');
  await key('j');
  await key('j');
  await key('k');
  await key('Enter');
  for (let done = 0; done < TEN; done += 1) {
    await page.getByRole('heading', { level: 1, name: /Modello iscrizione mensa/ }).waitFor();
    await page.waitForLoadState('load');
    await press(page, /^Prendi in carico/);
    await page.getByRole('button', { name: 'Accogli', exact: true }).waitFor();
    await page.waitForLoadState('load');
    if (done === 0) await look(page, 'pratica');
    await page.setViewportSize(DESK);
    await press(page, /^Accogli/);
    await page.getByRole('button', { name: 'Accogli', exact: true }).waitFor({ state: 'detached' });
    await page.waitForLoadState('load');
    assert.match(await testo(page), /Accolta/);
    if (done < TEN - 1) {
      const before = page.url();
      await key('j');
      await page.waitForURL((url) => url.href !== before);
    }
  }
  await reach(page, /^Torna alla coda/);
  await key('Enter');
  await page.getByRole('heading', { level: 1, name: 'Coda di lavoro' }).waitFor();
  await page.context().close();
});

test('what stands out is told before anything is decided', LIMIT, async () => {
  await presenta(MARIA, ['Olga'], 'un.altra@posta.example');
  const page = await enter(scene, WAY, CODA, 'Anna Brambilla');
  await fill(page, 'Numero della pratica o nome', 'olga');
  await click(page, 'Cerca');
  await page.waitForURL(/q=olga/);
  const link = page.getByRole('row').filter({ hasText: 'Olga Colleoni' }).getByRole('rowheader').getByRole('link');
  await page.goto(new URL(await link.getAttribute('href'), page.url()).href);
  const avvisi = await page.getByRole('region', { name: /avvis[oi] da guardare/ }).innerText();
  assert.match(avvisi, /«E-mail»: la domanda dice un\.altra@posta\.example, l’identità digitale o il profilo di Maria Colleoni dicono altro/);
  await look(page, 'avvisi');
  await page.context().close();
});

// An office that does not answer in time, where silence is assent: nothing on the last day, everything on the day after.
// Pictures: target/screenshots/silenzio.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, launch, newPage } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { arrive, consult, enterPortal, look, numbers } from '../lib/passi.mjs';
import { documentOf, documentSoon } from '../lib/pdf.mjs';
import { startPortal } from '../lib/portal.mjs';
import { letterWith } from '../lib/posta.mjs';
import { album } from '../lib/scena.mjs';
import { apriPratica } from '../lib/storia/esito.mjs';
import { GENITORI, intero } from '../lib/storia/gente.mjs';
import { inviaDomanda, pubblica } from '../lib/storia/posti.mjs';
import { apri, entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const DAY_MS = 86_400_000;
const MESI = ['gennaio', 'febbraio', 'marzo', 'aprile', 'maggio', 'giugno', 'luglio', 'agosto', 'settembre', 'ottobre', 'novembre', 'dicembre'];
const ON_A_PHONE = { name: 'phone, script off', viewport: PHONE, script: false };
const AT_A_DESK = { name: 'desk, script off', viewport: DESK, script: false };
const PROVA = { codice: 'silenzio-prova', titolo: 'Richiesta che aspetta', giorni: 30, silenzio: 'assenso' };
// Its term ends earlier: it tells when the day's work is done.
const PRIMA = { codice: 'silenzio-prima', titolo: 'Richiesta che aspetta meno', giorni: 20, silenzio: 'assenso' };
const RISPOSTA = "C'è una risposta alla pratica";

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

async function presenta(form, chi, way, watcher) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await inviaDomanda(page, portal, intero(chi), form);
  const [{ numero }] = (await numbers(page)).pratiche;
  await page.context().close();
  return numero;
}

// The parent on the page of the pratica, on a device that knows nothing: the session of before is long over.
async function laMia(chi, numero, stato, watcher) {
  const page = Object.assign(await newPage(browser, ON_A_PHONE), { watcher });
  await enterPortal(page, portal);
  await consult(page, intero(chi));
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, stato, PROVA.titolo);
  await look(page, `La mia pratica, ${stato}`);
  return page;
}

// Noon, in Italy or an hour from it, of the last day that the page names.
async function ultimoGiorno(page) {
  const words = await page.getByRole('main').innerText();
  const [, day, month, year] = words.match(/La risposta arriva entro il (\d{1,2})º? (\p{L}+) (\d{4})/u) ?? [];
  assert.ok(MESI.includes(month), words);
  return new Date(Date.UTC(Number(year), MESI.indexOf(month), Number(day), 11));
}

const words = (page) => page.getByRole('main').innerText();

test('silence speaks on the day after the term, and is a document', LIMIT, async () => {
  const { watcher, found } = rules([PHONE, DESK], album('silenzio'));
  await pubblica(portal, PROVA);
  await pubblica(portal, PRIMA);
  const [chi, altra] = GENITORI;
  const numero = await presenta(PROVA, chi, ON_A_PHONE, watcher);
  const prima = await presenta(PRIMA, altra, AT_A_DESK);
  let page = await laMia(chi, numero, 'Ricevuta', watcher);
  const last = await ultimoGiorno(page);
  assert.ok(last - Date.now() > 28 * DAY_MS, `${last} is too near`);

  await portal.passTo(last);
  await letterWith(page, portal, [prima, RISPOSTA], { receipt: false });
  await page.context().close();
  page = await laMia(chi, numero, 'Ricevuta', watcher);
  assert.deepEqual(await ultimoGiorno(page), last);
  assert.doesNotMatch(await words(page), /Accolta|silenzio/);
  await page.context().close();
  let desk = await entraInUfficio({ browser, portal, way: AT_A_DESK, watcher });
  await apri(desk, numero, PROVA.titolo);
  assert.match(await words(desk), /stato\s+Da assegnare/i);
  await desk.context().close();

  await portal.passTo(new Date(last.getTime() + DAY_MS));
  page = await newPage(browser, ON_A_PHONE);
  const letter = await letterWith(page, portal, [numero, RISPOSTA], { receipt: false });
  assert.doesNotMatch(letter.text, /Il termine è passato/, 'the letter says that there is an answer, and no more');
  await page.context().close();
  page = await laMia(chi, numero, 'Accolta', watcher);
  assert.match(await words(page), /Il termine è passato senza risposta: la domanda vale come accolta/);
  const passed = page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: /^Accolta/ }) });
  assert.equal(await passed.count(), 1, 'the timeline does not say so');
  const attestazione = await documentSoon(page, /^Accoglimento del/);
  for (const said of ['Accoglimento per silenzio: attestazione', numero, 'articolo 20', PROVA.titolo]) {
    assert.ok(attestazione.text.replace(/\s+/g, ' ').includes(said), `${said} is not in ${attestazione.text}`);
  }
  const copia = await documentOf(page, page.getByRole('link', { name: 'Scarica tutta la pratica (PDF)' }));
  for (const said of [`Pratica ${numero}`, 'Accolta (portale)', 'Il termine è passato senza risposta']) {
    assert.ok(copia.text.replace(/\s+/g, ' ').includes(said), `${said} is not in ${copia.text}`);
  }

  desk = await entraInUfficio({ browser, portal, way: AT_A_DESK, watcher });
  await apri(desk, numero, PROVA.titolo);
  assert.match(await words(desk), /stato\s+Accolta[\s\S]*Accoglimento del [\s\S]*protocollo n\. \d+\/\d{4}[\s\S]*Aperto dal cittadino il[\s\S]*Il termine è passato senza risposta/i);
  await look(desk, 'Ufficio, accolta per silenzio');
  assert.deepEqual(found, []);
});

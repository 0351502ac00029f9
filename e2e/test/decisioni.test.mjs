// What an office asks, tells and decides: a request answered with a file, a notice answered with another, and the documents of
// the decisions opened by who they are for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, launch } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { click, fill, upload } from '../lib/labels.mjs';
import { arrive, consult, refused } from '../lib/passi.mjs';
import { documentSoon } from '../lib/pdf.mjs';
import { startPortal } from '../lib/portal.mjs';
import { album } from '../lib/scena.mjs';
import { presentaDomanda } from '../lib/storia/domanda.mjs';
import { apriPratica, osserva } from '../lib/storia/esito.mjs';
import { GENITORI, certificato } from '../lib/storia/gente.mjs';
import {
  MOTIVO, RISPOSTA, accogli, apri, chiediDiCompletare, daiPreavviso, entraInUfficio, prendiInCarico, respingi,
} from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 4 * 60_000 };
const WAY = { name: 'desk, script off', viewport: DESK, script: false };
const MENSA = /Modello iscrizione mensa/;
const FILE = { name: 'secondo-nome.pdf', mimeType: 'application/pdf', buffer: certificato('Andrea') };
const NO_FILE = { name: 'secondo-nome.heic', mimeType: 'image/heic', buffer: Buffer.from('no picture') };

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

async function apriLaMia(page, numero, stato) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, stato);
}

test('a request is answered with a file, and the acceptance is a document', LIMIT, async () => {
  const watch = rules([DESK, PHONE], album('decisioni'));
  const scene = { browser, portal, way: WAY };
  const { page, numero } = await presentaDomanda({ ...scene, chi: GENITORI[0] });
  const desk = await entraInUfficio(scene);
  await apri(desk, numero);
  await prendiInCarico(desk);
  Object.assign(page, { watcher: watch.watcher });
  Object.assign(desk, { watcher: watch.watcher });
  const domanda = ['Nome del figlio', /^Codice fiscale$/];
  await chiediDiCompletare(desk, { manca: 'Il secondo nome del bambino.', domanda });
  await apriLaMia(page, numero, 'Da completare');
  await click(page, /^Rispondi entro il/);
  await arrive(page, 'Completa la domanda');
  assert.match(await page.getByRole('main').innerText(), /A queste domande rispondi a parole:\s+Codice fiscale\s/);
  const nome = page.getByLabel('Nome del figlio');
  const prima = await nome.inputValue();
  await nome.fill('Andrea Luca');
  await fill(page, 'Messaggio all’ufficio', 'Si chiama anche Andrea.');
  await upload(page, 'Allegati', NO_FILE);
  await refused(page, 'Invia all’ufficio', /secondo-nome\.heic/);
  assert.equal(await page.getByLabel('Messaggio all’ufficio').inputValue(), 'Si chiama anche Andrea.', 'what was typed is lost');
  assert.equal(await nome.inputValue(), 'Andrea Luca', 'the answer that was changed is lost');
  await upload(page, 'Allegati', FILE);
  await click(page, 'Invia all’ufficio');
  await arrive(page, MENSA);
  assert.match(await page.getByRole('main').innerText(), /Completata, in lavorazione[\s\S]*Andrea Luca[\s\S]*secondo-nome\.pdf/);

  await apri(desk, numero);
  const seen = await desk.getByRole('main').innerText();
  assert.match(seen, /Andrea Luca\s+prima: [\s\S]*Si chiama anche Andrea\.[\s\S]*secondo-nome\.pdf/);
  assert.ok(seen.includes(`prima: ${prima}`), 'what was filed first is not told');
  await prendiInCarico(desk);
  await accogli(desk);

  await apriLaMia(page, numero, 'Accolta');
  const { text } = await documentSoon(page, /^Accoglimento del/);
  for (const said of ['Accoglimento della domanda', 'Pratica', numero, 'TAR']) assert.ok(text.includes(said), `${said} is not in ${text}`);
  await apri(desk, numero);
  assert.match(await desk.getByRole('main').innerText(), /Accoglimento del [\s\S]*protocollo n\. \d+\/\d{4}[\s\S]*Aperto dal cittadino il/);
  assert.deepEqual(watch.found, []);
  for (const visit of [page, desk]) await visit.context().close();
});

test('a rejection comes after a notice, answers what was observed, and is a document', LIMIT, async () => {
  const watch = rules([DESK, PHONE], album('decisioni'));
  const scene = { browser, portal, way: WAY };
  const { page, numero } = await presentaDomanda({ ...scene, chi: GENITORI[1] });
  const desk = await entraInUfficio(scene);
  await apri(desk, numero);
  await prendiInCarico(desk);
  Object.assign(page, { watcher: watch.watcher });
  Object.assign(desk, { watcher: watch.watcher });
  await daiPreavviso(desk);
  await apriLaMia(page, numero, 'Preavviso di rigetto');
  const notice = await documentSoon(page, /^Preavviso di rigetto del/);
  assert.ok(notice.text.includes('10-bis') && notice.text.includes('osservazioni'), notice.text);
  await osserva({ page, portal, numero });
  await apri(desk, numero);
  await prendiInCarico(desk);
  await respingi(desk);
  await apriLaMia(page, numero, 'Respinta');
  const { text } = await documentSoon(page, /^Rigetto del/);
  for (const said of ['Rigetto della domanda', MOTIVO, RISPOSTA]) {
    assert.ok(text.replace(/\s+/g, ' ').includes(said), `${said} is not in ${text}`);
  }
  assert.deepEqual(watch.found, []);
  for (const visit of [page, desk]) await visit.context().close();
});

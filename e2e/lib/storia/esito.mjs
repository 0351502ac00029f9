// How a parent learns the outcome (G7), takes an application back, or finds nothing (G11).
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { click, fill, heading, upload } from '../labels.mjs';
import { arrive, consult, enterPortal, follow, look, refused } from '../passi.mjs';
import { letterWith } from '../posta.mjs';
import { PAOLO, certificato, intero } from './gente.mjs';
import { CERTIFICATO, MANCA, MOTIVO } from './ufficio.mjs';

const FIRMATO = { name: 'certificato-firmato.pdf', mimeType: 'application/pdf', buffer: certificato('Firmato dal medico') };
const FOTO = { name: 'certificato.heic', mimeType: 'image/heic', buffer: Buffer.from('no picture') };

const PAUSA = 'Il medico ha firmato ieri.';

const MENSA = /Modello iscrizione mensa/;

// Opens a pratica of the list, on which it stands with these words; `titolo` is that of its modello.
export async function apriPratica(page, numero, stato, titolo = MENSA) {
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: numero, exact: true }) });
  assert.match(await row.innerText(), new RegExp(stato));
  await row.getByRole('link', { name: numero, exact: true }).click();
  await arrive(page, titolo);
  assert.match(await page.getByRole('main').innerText(), new RegExp(stato));
}

// The outcome as the page and the letter say it. The page stands where the person is signed in.
export async function leggiEsito({ page, portal, numero, accolta, titolo, detto = accolta ? /La domanda è accolta/ : /La domanda non è stata accolta/ }) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, accolta ? 'Accolta' : 'Respinta', titolo);
  const text = await page.getByRole('main').innerText();
  assert.match(text, detto);
  if (!accolta) assert.ok(text.includes(MOTIVO), 'the reason is not on the page');
  const letter = await letterWith(page, portal, [numero, "C'è una risposta alla pratica"], { receipt: false });
  assert.ok(!letter.text.includes(MOTIVO), 'the letter tells the reason to whoever reads the mail');
}

// Gives the office what it asked for. The page stands where the person is signed in.
export async function completa({ page, portal, numero }) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, 'Da completare');
  assert.ok((await page.getByRole('main').innerText()).includes(MANCA), 'what is missing is not on the page');
  const letter = await letterWith(page, portal, [numero, 'Completa la pratica'], { receipt: false });
  assert.ok(!letter.text.includes(MANCA), 'the letter tells what is missing to whoever reads the mail');
  await click(page, /^Rispondi entro il/);
  await arrive(page, 'Completa la domanda');
  assert.match(await page.getByRole('main').innerText(), /Domande da rivedere[\s\S]*Puoi cambiare solo queste risposte/);
  await refused(page, 'Invia all’ufficio', /^Cambia una risposta o scrivi un messaggio/);
  await upload(page, CERTIFICATO, FOTO);
  await refused(page, 'Invia all’ufficio', new RegExp(CERTIFICATO));
  // The good one is not chosen again: it stays, whatever is wrong beside it, and after a pause.
  await upload(page, CERTIFICATO, FIRMATO);
  await upload(page, 'Allegati', FOTO);
  await refused(page, 'Invia all’ufficio', /certificato\.heic/);
  await look(page, 'Completa la domanda, con un file che va');
  await fill(page, 'Messaggio all’ufficio', PAUSA);
  await click(page, 'Sospendi');
  await arrive(page, MENSA);
  assert.match(await page.getByRole('main').innerText(), /Hai una risposta salvata il .*: non è ancora inviata\./);
  await look(page, 'Pratica con una risposta iniziata');
  await click(page, /^Rispondi entro il/);
  await arrive(page, 'Completa la domanda');
  await look(page, 'Completa la domanda, ripresa');
  assert.equal(await page.getByLabel('Messaggio all’ufficio').inputValue(), PAUSA);
  assert.match(await page.getByRole('main').innerText(), /l’ufficio la vede quando la invii[\s\S]*certificato-firmato\.pdf/);
  await click(page, 'Invia all’ufficio');
  await arrive(page, MENSA);
  assert.match(await page.getByRole('main').innerText(), /Completata, in lavorazione[\s\S]*Risposte cambiate[\s\S]*certificato-firmato\.pdf/);
}

// Answers the notice of rejection. The page stands where the person is signed in.
export async function osserva({ page, portal, numero }) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, 'Preavviso di rigetto: puoi rispondere');
  assert.ok((await page.getByRole('main').innerText()).includes(MOTIVO), 'the reasons are not on the page');
  const letter = await letterWith(page, portal, [numero, 'Una comunicazione sulla pratica'], { receipt: false });
  assert.ok(!letter.text.includes(MOTIVO), 'the letter tells the reasons to whoever reads the mail');
  await click(page, /^Rispondi entro il/);
  await arrive(page, 'Rispondi al preavviso');
  await refused(page, 'Invia all’ufficio', /^Scrivi la risposta/);
  await fill(page, 'Le tue osservazioni', 'La firma è sul secondo foglio.');
  await click(page, 'Invia all’ufficio');
  await arrive(page, MENSA);
  assert.match(await page.getByRole('main').innerText(), /Osservazioni inviate[\s\S]*La firma è sul secondo foglio\./);
}

export async function ritira({ page, numero }) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, 'Ricevuta');
  await follow(page, 'Ritira la domanda');
  await arrive(page, 'Ritira la domanda');
  await click(page, 'Ritira la domanda');
  await arrive(page, /Modello iscrizione mensa/);
  assert.match(await page.getByRole('main').innerText(), /Ritirata da te/);
}

// The other parent finds nothing, and reads why and what to do.
export async function altroGenitore({ browser, portal, way, watcher }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await enterPortal(page, portal);
  await consult(page, intero(PAOLO));
  await arrive(page, 'Nessuna iscrizione trovata');
  const text = await page.getByRole('main').innerText();
  assert.ok(text.includes(`Non troviamo iscrizioni a nome di ${intero(PAOLO)}, ${PAOLO.codice}.`), text);
  assert.match(text, /Di solito succede perché la domanda è stata presentata dall’altro genitore\./);
  assert.doesNotMatch(text, /Maria|Colleoni|Tommaso|Sofia/, 'it hints at somebody else’s record');
  await click(page, 'Esci e accedi di nuovo');
  await arrive(page, 'Scegli il tuo gestore SPID');
  assert.equal(await page.getByRole('banner').getByRole('button', { name: 'Esci' }).count(), 0, `still signed in at ${await heading(page)}`);
  await page.context().close();
}

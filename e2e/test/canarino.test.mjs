// Protected answers, and what is written about them, are found nowhere in clear: database, files, logs, letters, backup, exports.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { saved, unzip } from '../lib/archivio.mjs';
import { WAYS, launch } from '../lib/browser.mjs';
import { backup, contents, letters, where } from '../lib/canarino.mjs';
import { click, fill, select } from '../lib/labels.mjs';
import { arrive, consult } from '../lib/passi.mjs';
import { documentOf, documentSoon } from '../lib/pdf.mjs';
import { startPortal } from '../lib/portal.mjs';
import { letterWith } from '../lib/posta.mjs';
import { enter } from '../lib/scena.mjs';
import { DETTI, NASCOSTI, NOMI, corrispondi } from '../lib/storia/corrispondenza.mjs';
import { presentaDomanda } from '../lib/storia/domanda.mjs';
import { apriPratica, leggiEsito } from '../lib/storia/esito.mjs';
import { GENITORI, RISERVATI } from '../lib/storia/gente.mjs';
import { accogli, apri, apriRiservati, entraInUfficio, prendiInCarico } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };
const [CHI, , ALTRO] = GENITORI;
const CODICE_DI_ALTRO = 'GLLBRN80D18F205R';
const [GIORNO, MESE, ANNO] = RISERVATI.scadenza.map((part) => String(part).padStart(2, '0'));
const SECRETS = {
  'the IBAN': [RISERVATI.iban, RISERVATI.iban.replace(/(.{4})(?=.)/g, '$1 '), RISERVATI.iban.replace(/4$/, '5')],
  'the ISEE': [RISERVATI.isee, RISERVATI.isee.replace(',', ''), RISERVATI.isee.replace(',', '.'), `23.${RISERVATI.isee.slice(2)}`],
  'the day of the certificate': [`${ANNO}-${MESE}-${GIORNO}`, `${GIORNO}/${MESE}/${ANNO}`, '27 agosto 2031'],
  'the words of the certificate': [RISERVATI.certificato],
  'the name of the certificate': [RISERVATI.file],
};

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

// Everything that the portal has written by now.
async function everywhere(name) {
  const copy = join(portal.data, '..', name);
  await backup(portal, copy);
  return { data: await contents(portal.data), letters: await letters(portal), backup: await contents(copy) };
}

function silent(places, what, shapes) {
  for (const [place, files] of Object.entries(places)) {
    for (const shape of shapes) assert.deepEqual(where(files, shape), [], `${what} lies open in ${place} as ${shape}`);
  }
}

test('protected answers are nowhere in clear, though the officer of diets can read them', LIMIT, async () => {
  const [way] = WAYS;
  const { page, numero } = await presentaDomanda({ browser, portal, way, chi: CHI });
  const diets = await entraInUfficio({ browser, portal, way, name: 'Laura Riva' });
  await apri(diets, numero);
  await apriRiservati(diets, { seen: ['27 agosto 2031', RISERVATI.file] });
  const desk = await entraInUfficio({ browser, portal, way });
  await apri(desk, numero);
  await prendiInCarico(desk);
  await accogli(desk);
  await leggiEsito({ page, portal, numero, accolta: true });
  for (const visit of [page, desk, diets]) await visit.context().close();

  const places = await everywhere('copia');
  // The search does find what is in clear, in each place: otherwise its silence says nothing.
  assert.ok(where(places.data, CHI.figlio.codice).length > 0, 'the search finds nothing in the data');
  assert.ok(where(places.data, 'the portal is open').length > 0, 'the search finds nothing in the logs');
  assert.ok(where(places.letters, CHI.figlio.nome).length > 0, 'the search finds nothing in the letters');
  assert.ok(where(places.backup, CHI.figlio.codice).length > 0, 'the search finds nothing in the backup');
  for (const [what, shapes] of Object.entries(SECRETS)) silent(places, what, shapes);
  // Codes and addresses of people are no business of a log.
  const logs = places.data.filter(({ name }) => name.startsWith('log/'));
  for (const personal of [CHI.figlio.codice, CHI.cognome, `${CHI.nome}.${CHI.cognome}@posta.example`.toLowerCase()]) {
    assert.deepEqual(where(logs, personal), [], `a log names ${personal}`);
  }
});

const file = (name, text) => ({ name, bytes: Buffer.from(text) });
const inside = ({ name, bytes }) => file(name, Array.from(unzip(bytes).values()).join('\n'));

// Every table and document that the office takes out of it.
async function exports(desk, numero) {
  await apri(desk, numero);
  const copy = await documentOf(desk, desk.getByRole('link', { name: 'Scarica la pratica (PDF, senza dati riservati)' }));
  await desk.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Pratiche' }).click();
  await fill(desk, 'Numero della pratica o nome', numero);
  await click(desk, 'Cerca');
  const queue = await saved(desk, 'Scarica in CSV');
  const book = await saved(desk, 'Scarica per Excel (XLSX)');
  await click(desk, 'Esporta le risposte');
  await select(desk, 'Modello', await desk.getByRole('option', { name: /^Modello iscrizione mensa/ }).first().textContent());
  const answers = await saved(desk, 'Scarica in CSV');
  const auditor = await enter({ portal, browser }, WAYS[1], '/calvenzano/ufficio/dati-personali', 'Elena Bassi');
  await fill(auditor, 'Codice fiscale', CODICE_DI_ALTRO);
  await fill(auditor, 'Perché li scarichi', 'richiesta prot. 812');
  const dossier = inside(await saved(auditor, 'Scarica l’archivio'));
  await auditor.context().close();
  return [file('copy', copy.text), queue, inside(book), answers, dossier];
}

// What the person takes out of it: these words are their own.
async function own(page, numero) {
  await page.goto(`${portal.url}/calvenzano/area-personale/i-miei-dati`);
  const archive = inside(await saved(page, 'Scarica l’archivio'));
  await page.goto(`${portal.url}/calvenzano/sezione-informativa/consultazione-pratiche`);
  await apriPratica(page, numero, 'Respinta');
  const copy = await documentOf(page, page.getByRole('link', { name: 'Scarica tutta la pratica (PDF)' }));
  return { archive, copy: file('copy', copy.text.replace(/\s+/g, ' ')) };
}

test('what is written about a diet leaves in clear to nobody but the family', LIMIT, async () => {
  const scene = { browser, portal, way: WAYS[1] };
  const { page, numero } = await presentaDomanda({ ...scene, chi: ALTRO });
  const desk = await entraInUfficio(scene);
  await corrispondi({ page, desk, numero });
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, 'Respinta');
  await letterWith(page, portal, [numero, "C'è una risposta alla pratica"], { receipt: false });
  await documentSoon(page, /^Rigetto del/);
  await letterWith(page, portal, [numero, "C'è un messaggio sulla pratica"], { receipt: false });

  const mine = await own(page, numero);
  for (const words of Object.values(DETTI)) {
    for (const [what, found] of Object.entries(mine)) assert.equal(where([found], words).length, 1, `${words} is not in the ${what} of the family`);
  }
  const theirs = await exports(desk, numero);
  for (const found of theirs) assert.ok(found.bytes.includes(ALTRO.figlio.nome), `the search finds nothing in ${found.name}`);
  await apri(desk, numero);
  const shown = [file('page', await desk.getByRole('main').innerText())];
  const places = { ...(await everywhere('copia-2')), exports: theirs, 'the page of the office': shown };
  for (const [what, words] of Object.entries({ ...DETTI, ...NASCOSTI })) silent(places, what, [words.split(':')[0], words]);
  silent(places, 'the name of a file', NOMI);
  for (const visit of [page, desk]) await visit.context().close();
});

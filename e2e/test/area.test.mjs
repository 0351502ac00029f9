// The personal area: its tabs on a phone and at a desk, a message to the office and back with proof of reading, and an
// address that is confirmed by its code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, newPage } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { choose, click, fill, fromMenu, tick } from '../lib/labels.mjs';
import { arrive, consult, look, numbers, refused } from '../lib/passi.mjs';
import { letterWith } from '../lib/posta.mjs';
import { album, enter, scena } from '../lib/scena.mjs';
import { apriPratica } from '../lib/storia/esito.mjs';
import { MARIA, PAOLO, intero } from '../lib/storia/gente.mjs';
import { inviaDomanda, pubblica } from '../lib/storia/posti.mjs';
import { entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 4 * 60_000 };
const AREA = '/calvenzano/area-personale';
const TABS = ['Scrivania', 'Messaggi', 'Attività', 'Documenti', 'Figli', 'Profilo'];
const DOMANDA = 'Giacomo può cambiare turno da gennaio?';
const RISPOSTA = 'Sì: scrivici la data entro dicembre.';
const NOTA = 'Sentita la scuola, nessun ostacolo.';
const NUOVA = 'maria.colleoni.nuova@posta.example';

const scene = scena();
const text = (page) => page.getByRole('main').innerText();
const tab = (page, name) => page.getByRole('navigation', { name: 'Sezioni dell’area personale' }).getByRole('link', { name, exact: true });

async function watched(way, name, path = AREA) {
  const { watcher, found } = rules([PHONE, DESK], album('area'));
  return { page: Object.assign(await enter(scene, way, path, name), { watcher }), watcher, found };
}

for (const way of [{ viewport: PHONE, script: false }, { viewport: DESK, script: true }]) {
  test(`every tab has its page (${way.viewport.width} px)`, LIMIT, async () => {
    const { page, found } = await watched(way, intero(MARIA));
    await fromMenu(page, 'Area personale');
    for (const name of TABS) {
      await tab(page, name).click();
      await arrive(page, name);
      assert.equal(await tab(page, name).getAttribute('aria-current'), 'page', name);
    }
    await tab(page, 'Scrivania').click();
    await arrive(page, 'Scrivania');
    assert.match(await text(page), /da pagare entro il/);
    await tab(page, 'Figli').click();
    await arrive(page, 'Figli');
    const figli = await text(page);
    assert.ok(figli.includes(MARIA.iscritto), figli);
    assert.doesNotMatch(figli, /dieta|celiac|religi/i, 'the menu of a child is told');
    await tab(page, 'Attività').click();
    await arrive(page, 'Attività');
    await page.getByText('Cerca tra le domande').click();
    await fill(page, 'Parola o numero', 'nessuna domanda così');
    await click(page, 'Cerca');
    await page.getByText('Nessuna domanda corrisponde').waitFor();
    await look(page, 'Attività, nessuna');
    await click(page, 'Mostra tutte');
    await page.getByRole('table').waitFor();
    assert.deepEqual(found, []);
    await page.context().close();
  });
}

test('who has nothing is told why, and what to do', LIMIT, async () => {
  const { page, found } = await watched({ viewport: PHONE, script: true }, intero(PAOLO));
  for (const name of TABS.slice(0, 5)) {
    await tab(page, name).click();
    await arrive(page, name);
  }
  assert.match(await text(page), /presentata dall’altro genitore/);
  assert.doesNotMatch(await page.locator('body').innerText(), /Tommaso|Sofia|Giacomo/);
  assert.deepEqual(found, []);
  await page.context().close();
});

test('a message goes to the office and back, and each sees that it was read', LIMIT, async () => {
  const { page, watcher, found } = await watched({ viewport: PHONE, script: true }, intero(MARIA));
  await tab(page, 'Attività').click();
  await arrive(page, 'Attività');
  const numero = (await page.getByRole('table').getByRole('link').first().innerText()).trim();
  await page.getByRole('table').getByRole('link', { name: numero, exact: true }).click();
  await page.getByRole('link', { name: 'Leggi e scrivi' }).click();
  await arrive(page, 'Messaggi');
  await refused(page, 'Invia il messaggio', 'Scrivi il messaggio');
  await fill(page, 'Messaggio', DOMANDA);
  await click(page, 'Invia il messaggio');
  await page.getByRole('status').waitFor();
  assert.match(await text(page), /Non ancora letto/);

  const anna = await entraInUfficio({ ...scene, way: { viewport: DESK, script: true }, watcher });
  await anna.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Messaggi' }).click();
  await anna.getByRole('heading', { level: 1, name: 'Messaggi da leggere' }).waitFor();
  await look(anna, 'Ufficio, messaggi da leggere');
  await click(anna, `Pratica ${numero}`);
  await anna.getByRole('heading', { level: 1, name: 'Messaggi' }).waitFor();
  const seen = await text(anna);
  assert.ok(seen.includes(DOMANDA) && /Letto il/.test(seen), seen);
  assert.equal(seen.split(DOMANDA).length, 2, 'it is written once');
  await fill(anna, 'Scrivi al cittadino', RISPOSTA);
  await click(anna, 'Invia il messaggio');
  await anna.getByRole('status').waitFor();
  await fill(anna, 'Nuova nota', NOTA);
  await click(anna, 'Salva la nota');
  await anna.getByText('La nota è stata salvata').waitFor();
  await look(anna, 'Ufficio, messaggi');

  const letter = await letterWith(page, scene.portal, [`C'è un messaggio sulla pratica ${numero}`], { receipt: false });
  assert.ok(!letter.text.includes(RISPOSTA) && !letter.subject.includes(RISPOSTA), 'the e-mail says what the message says');
  await page.goto(`${scene.portal.url}${AREA}`);
  await arrive(page, 'Scrivania');
  assert.match(await text(page), /1 messaggio da leggere/);
  await click(page, `Leggi: pratica ${numero}`);
  await arrive(page, 'Messaggi');
  const mine = await text(page);
  assert.ok(mine.includes(RISPOSTA) && !mine.includes(NOTA), mine);
  assert.match(mine, /Letto il .* ore/, 'whether the office has read it');
  await anna.reload();
  assert.doesNotMatch(await text(anna), /Non ancora letto/, 'the parent has read the answer');
  assert.deepEqual(found, []);
  for (const one of [page, anna]) await one.context().close();
});

test('what is reserved stays closed to who may not read it', LIMIT, async () => {
  const { page, watcher, found } = await watched({ viewport: DESK, script: false }, intero(MARIA));
  await tab(page, 'Attività').click();
  await arrive(page, 'Attività');
  const numero = (await page.getByRole('table').getByRole('link').first().innerText()).trim();
  await page.getByRole('table').getByRole('link', { name: numero, exact: true }).click();
  await page.getByRole('link', { name: 'Leggi e scrivi' }).click();
  await arrive(page, 'Messaggi');
  await fill(page, 'Messaggio', 'RISERVATO-CANARINO');
  await tick(page, 'Parla di salute');
  await click(page, 'Invia il messaggio');
  await page.getByRole('status').waitFor();
  assert.match(await text(page), /RISERVATO-CANARINO/);
  const anna = await entraInUfficio({ ...scene, way: { viewport: DESK, script: false }, watcher });
  await anna.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Messaggi' }).click();
  await click(anna, `Pratica ${numero}`);
  await anna.getByRole('heading', { level: 1, name: 'Messaggi' }).waitFor();
  assert.doesNotMatch(await text(anna), /RISERVATO-CANARINO/);
  assert.deepEqual(found, []);
  for (const one of [page, anna]) await one.context().close();
});

test('an address counts once its code came back', LIMIT, async () => {
  const { page, found } = await watched({ viewport: PHONE, script: false }, intero(MARIA));
  await tab(page, 'Profilo').click();
  await arrive(page, 'Profilo');
  const oggi = new Date().toLocaleDateString('it-IT', { timeZone: 'Europe/Rome', day: 'numeric', month: 'long', year: 'numeric' });
  assert.match(await text(page), new RegExp(`Ultimi accessi\\s+[^\\n]*${oggi}`), 'the sign-in of today is not there');
  await fill(page, 'Nuovo indirizzo e-mail', 'maria');
  await refused(page, 'Manda il codice', 'Scrivi un indirizzo e-mail');
  await fill(page, 'Nuovo indirizzo e-mail', NUOVA);
  await click(page, 'Manda il codice');
  await arrive(page, 'Conferma l’indirizzo');
  const letter = await letterWith(page, scene.portal, ['Conferma il tuo indirizzo', 'Codice:'], { receipt: false });
  const [, code] = letter.text.match(/Codice: (\d{6})/);
  await fill(page, 'Codice', String((Number(code) + 1) % 1_000_000).padStart(6, '0'));
  await refused(page, 'Conferma', 'Il codice non è giusto. Hai ancora 4 tentativi');
  await fill(page, 'Codice', code);
  await click(page, 'Conferma');
  await arrive(page, 'Profilo');
  const shown = await text(page);
  assert.ok(shown.includes(NUOVA) && /Confermato il/.test(shown), shown);
  await choose(page, 'Come vuoi sapere', 'Solo nell’area');
  await click(page, 'Salva la scelta');
  await page.getByText('La scelta è salvata').waitFor();
  assert.deepEqual(found, []);
  await page.context().close();
});

test('a pratica is begun again for the next year', LIMIT, async () => {
  const { portal, browser } = scene;
  const { watcher, found } = rules([PHONE, DESK], album('area'));
  const prova = { codice: 'rinnovo-prova', titolo: 'Servizio da rinnovare' };
  await pubblica(portal, prova);
  const page = Object.assign(await newPage(browser, { viewport: PHONE, script: false }), { watcher });
  await inviaDomanda(page, portal, intero(PAOLO), prova);
  const [{ numero }] = (await numbers(page)).pratiche;
  const apri = async () => {
    await consult(page);
    await arrive(page, 'Consultazione pratiche');
    await apriPratica(page, numero, 'Ricevuta', prova.titolo);
  };
  await apri();
  assert.equal(await page.getByRole('link', { name: /^Duplica/ }).count(), 0, 'there is no other year yet');
  await pubblica(portal, { ...prova, anno: new Date().getFullYear() + 1 });
  await apri();
  await click(page, /^Duplica per il nuovo anno/);
  await arrive(page, 'Duplica per il nuovo anno');
  await click(page, 'Prepara la bozza');
  await arrive(page, prova.titolo);
  const bozza = page.url();
  assert.match(await text(page), /Da fare/);
  await apri();
  await click(page, /^Duplica per il nuovo anno/);
  await arrive(page, 'Duplica per il nuovo anno');
  await click(page, 'Apri la bozza');
  await arrive(page, prova.titolo);
  assert.equal(page.url(), bozza, 'a second draft was made');
  assert.deepEqual(found, []);
  await page.context().close();
});

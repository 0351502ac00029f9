// Any form that an author writes works: one written by this run, filled in by families, read by the office and in its table.
// Pictures: target/screenshots/modello.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESK, PHONE, launch, newPage, scrollsSideways } from '../lib/browser.mjs';
import { faults } from '../lib/check.mjs';
import { choose, click, fill, fillDate, heading, select, tick, upload } from '../lib/labels.mjs';
import { arrive, follow, next, numbers, refused, riga } from '../lib/passi.mjs';
import { ROOT, startPortal } from '../lib/portal.mjs';
import { says } from '../lib/posta.mjs';
import { signIn } from '../lib/signin.mjs';
import { ricevuta } from '../lib/storia/domanda.mjs';
import { certificato } from '../lib/storia/gente.mjs';
import { modello, pubblica, sconosciuto } from '../lib/storia/prescuola.mjs';
import { entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const WAYS = [
  { viewport: PHONE, script: false, chi: 'Giulia Bianchi' },
  { viewport: DESK, script: true, chi: 'Teresa Locatelli' },
];
const FILE = { name: 'orari-di-lavoro.pdf', mimeType: 'application/pdf', buffer: certificato('turni') };
// A name that has what separates cells, and an answer that a spreadsheet would run.
const GRANDE = 'Pia; detta "la Grande"';
const FORMULA = '=1+2';

let portal;
let browser;
let scritto;
before(async () => {
  portal = await startPortal();
  browser = await launch();
  scritto = modello();
  sconosciuto(scritto);
  await pubblica(portal, scritto);
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

async function picture(page, name) {
  const width = String(page.viewportSize().width);
  const folder = join(ROOT, 'target/screenshots/modello', width);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  assert.deepEqual(await faults(page), [], `${name} at ${width}`);
  assert.equal(await scrollsSideways(page), false, `${name} at ${width}`);
}

// Years ago, on the last day of January.
function nascita(anni) {
  const year = Number((process.env.E2E_DAY ?? new Date().toISOString()).slice(0, 4));
  return [31, 1, year - anni];
}

// From the list of forms to the sent application.
async function presenta(way) {
  const page = await newPage(browser, way);
  await page.goto(`${portal.url}/calvenzano/pratiche/apertura/servizi-scolastici`);
  await follow(page, scritto.titolo);
  await arrive(page, scritto.titolo);
  await picture(page, 'scheda');
  await click(page, 'Avvia pratica');
  await signIn(page, way.chi);
  await arrive(page, scritto.titolo);
  await click(page, 'Continua');
  await arrive(page, 'Informativa sulla privacy');
  await tick(page, "Ho letto l'informativa sulla privacy");
  await next(page, 'Chi fa la domanda');
  await fill(page, 'E-mail', 'famiglia@posta.example');
  await next(page, 'Chi viene al pre-scuola');
  await refused(page, 'Avanti', /Aggiungi almeno una voce/);
  await bimbo(page, 1, { nome: GRANDE, anni: 9, ora: 'alle 7.15' });
  await bimbo(page, 2, { nome: 'Nino', anni: 2, ora: 'alle 7.15' });
  await bimbo(page, 3, { nome: 'Ugo', anni: 5, ora: 'alle 7.45' });
  await fermata(page);
  await picture(page, 'righe');
  await next(page, 'Ingresso anticipato');
  await anticipo(page);
  await next(page, 'Quota e conferma');
  assert.match(await page.getByRole('main').innerText(), /Quota del mese[\s\S]*115,00/, 'three at 30,00 and two at 12,50');
  await picture(page, 'quota');
  await tick(page, 'Accetto la quota');
  await next(page, 'Riepilogo');
  await ripensaci(page);
  return { page, ...(await inviata(page)) };
}

async function bimbo(page, at, { nome, anni, ora }) {
  await click(page, 'Aggiungi bambino');
  const row = page.getByRole('group', { name: /^Bambino/ }).nth(at - 1);
  await row.getByLabel('Nome del bambino').fill(nome);
  await fillDate(row, 'Nato il', nascita(anni));
  await choose(row, 'Ora di ingresso', ora);
}

// Only those who come early are asked why; one file for all of them.
async function anticipo(page) {
  assert.equal(await page.getByLabel('Perché così presto').count(), 2);
  await refused(page, 'Avanti', [/Perché così presto.* di Pia/, /Perché così presto.* di Nino/, /Orario di lavoro/]);
  await riga(page, /Pia/).getByLabel('Perché così presto').fill(FORMULA);
  await riga(page, /Nino/).getByLabel('Perché così presto').fill('turno di notte');
  await upload(page, 'Orario di lavoro', FILE);
  await picture(page, 'anticipo');
}

// One of them is too small to come so early: the form goes on only when that is mended.
async function fermata(page) {
  await refused(page, 'Avanti', /Sotto i 3 anni si entra dalle 7\.45/);
  await picture(page, 'fermata');
  await fillDate(riga(page, /Nino/), 'Nato il', nascita(8));
}

// Another thought at the summary: what is hidden by it is not filed, and the fee follows.
async function ripensaci(page) {
  assert.match(await page.getByRole('main').innerText(), /turno di notte/);
  await click(page, /^Modifica bambino: Nino/i);
  await arrive(page, 'Chi viene al pre-scuola');
  await choose(riga(page, /Nino/), 'Ora di ingresso', 'alle 7.45');
  await next(page, 'Riepilogo');
  const text = await page.getByRole('main').innerText();
  for (const said of [GRANDE, FORMULA, FILE.name, '102,50']) assert.ok(text.includes(said), `${said} is not in ${text}`);
  assert.ok(!text.includes('turno di notte'), 'a hidden answer is shown');
  await picture(page, 'riepilogo');
}

async function inviata(page) {
  await tick(page, 'Dichiaro che i dati sono veri');
  await page.getByRole('button', { name: 'Invia', exact: true }).click();
  const { pratiche } = await numbers(page);
  assert.equal(pratiche.length, 1);
  await picture(page, 'inviata');
  const [{ numero }] = pratiche;
  const receipt = await ricevuta(page);
  for (const said of [numero, 'la Grande', 'Nino', 'Ugo', '102,50', FILE.name]) assert.ok(receipt.includes(said), `the receipt lacks ${said}: ${receipt}`);
  assert.ok(says(receipt, numero) && receipt.includes(FORMULA) && !receipt.includes('turno di notte'), receipt);
  return { numero };
}

// What the office reads of it: the page of the pratica, then the table.
async function ufficio(way, numero) {
  const desk = await entraInUfficio({ browser, portal, way });
  await fill(desk, 'Numero della pratica o nome', numero);
  await click(desk, 'Cerca');
  await desk.getByRole('table').getByRole('link', { name: numero, exact: true }).click();
  await desk.getByRole('heading', { level: 1, name: scritto.titolo }).waitFor();
  const text = await desk.getByRole('main').innerText();
  for (const said of [GRANDE, 'Nino', 'Ugo', 'alle 7.45', FORMULA, '102,50', FILE.name]) assert.ok(text.includes(said), `${said} is not in ${text}`);
  await picture(desk, 'ufficio');
  await desk.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Pratiche' }).click();
  await click(desk, 'Esporta le risposte');
  assert.equal(await heading(desk), 'Esporta le pratiche');
  await click(desk, 'Scarica in CSV');
  assert.match(await desk.getByRole('alert').innerText(), /Scegli il modello/);
  await picture(desk, 'esporta-errore');
  await select(desk, 'Modello', scritto.titolo);
  const [download] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('button', { name: 'Scarica in CSV' }).click()]);
  assert.equal(download.suggestedFilename(), `pratiche-${scritto.code}.csv`);
  const table = await readFile(await download.path(), 'utf8');
  await desk.context().close();
  return table;
}

// Cells of a table by heading, one object for each line.
function lines(table) {
  assert.equal(table.codePointAt(0), 0xfeff);
  const rows = table.slice(1).trimEnd().split('\r\n').map((line) =>
    Array.from(line.matchAll(/(?:^|;)("(?:[^"]|"")*"|[^;]*)/g), ([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)));
  const [headings, ...cells] = rows;
  return cells.map((row) => Object.fromEntries(headings.map((name, at) => [name, row[at]])));
}

for (const way of WAYS) {
  test(`a form written today is filed and read (${way.viewport.width} px, script ${way.script ? 'on' : 'off'})`, LIMIT, async () => {
    const { page, numero } = await presenta(way);
    await page.context().close();
    const rows = lines(await ufficio(way, numero)).filter((row) => row['pratica.numero'] === numero);
    const cell = (name) => rows.map((row) => row[scritto.id(name)]);
    assert.deepEqual(rows.map((row) => [row['riga.gruppo'], row['riga.numero']]), [1, 2, 3].map((at) => [scritto.id('bimbi'), String(at)]));
    assert.deepEqual(cell('nome'), [GRANDE, 'Nino', 'Ugo']);
    assert.deepEqual(cell('ingresso'), ['alba', 'mattina', 'mattina']);
    assert.deepEqual(cell('motivo'), [`'${FORMULA}`, '', '']);
    assert.deepEqual(cell('quota'), ['102,50', '102,50', '102,50']);
    assert.deepEqual(cell('orari'), Array(3).fill(FILE.name));
    assert.equal(rows[0].email, 'famiglia@posta.example');
  });
}

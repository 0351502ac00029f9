// What leaves the office: the queue as CSV and as a workbook, opened and read; a treasurer who reads of no diet; the
// auditor's log; the data of a person. Pictures: target/screenshots/esporta.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saved, unzip } from '../lib/archivio.mjs';
import { DESK, PHONE, WAYS } from '../lib/browser.mjs';
import { click, fill, heading, select } from '../lib/labels.mjs';
import { enter, pictures, scena } from '../lib/scena.mjs';
import { presentaDomanda } from '../lib/storia/domanda.mjs';
import { GENITORI, RISERVATI, intero } from '../lib/storia/gente.mjs';
import { apri, apriRiservati, entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const OFFICE = '/calvenzano/ufficio';
const [CHI] = GENITORI;
const SIZES = [{ viewport: PHONE, script: false }, { viewport: DESK, script: true }];

const scene = scena();
const picture = pictures('esporta');
let numero;

test('an application with a diet is filed, and the officer of diets reads it', LIMIT, async () => {
  const { browser, portal } = scene;
  const [way] = WAYS;
  const filed = await presentaDomanda({ browser, portal, way, chi: CHI });
  numero = filed.numero;
  const diets = await entraInUfficio({ browser, portal, way, name: 'Laura Riva' });
  await apri(diets, numero);
  await apriRiservati(diets, { seen: [RISERVATI.file] });
  for (const page of [filed.page, diets]) await page.context().close();
});

for (const way of SIZES) {
  test(`the queue leaves as CSV and as a workbook (${way.viewport.width} px)`, LIMIT, async () => {
    const anna = await enter(scene, way, `${OFFICE}/pratiche`, 'Anna Brambilla');
    await picture(anna, 'coda');
    const csv = await saved(anna, 'Scarica in CSV');
    assert.equal(csv.name, 'pratiche.csv');
    assert.deepEqual([...csv.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'it opens as UTF-8');
    const lines = csv.bytes.toString('utf8').trim().split('\r\n');
    assert.match(lines[0], /pratica\.numero;pratica\.protocollo;pratica\.modello;/);
    const own = lines.find((line) => line.startsWith(`${numero};`));
    assert.ok(own?.includes(CHI.figlio.nome), `${numero} is not in ${lines.length} lines`);
    const book = await saved(anna, 'Scarica per Excel (XLSX)');
    assert.equal(book.name, 'pratiche.xlsx');
    const sheet = unzip(book.bytes).get('xl/worksheets/sheet1.xml');
    assert.equal(sheet.match(/<row>/g).length, lines.length, 'the workbook has the same rows');
    assert.ok(sheet.includes(`>${numero}</t>`));
    for (const secret of [RISERVATI.iban, RISERVATI.file]) assert.ok(!`${lines.join()}${sheet}`.includes(secret));

    // What is searched for is what leaves.
    await fill(anna, 'Numero della pratica o nome', 'nessuno si chiama così');
    await click(anna, 'Cerca');
    assert.equal(await anna.getByRole('button', { name: 'Scarica in CSV' }).count(), 0, 'nothing is there to take out');
    await anna.context().close();
  });
}

test('a treasurer reads of no diet', LIMIT, async () => {
  const [, way] = SIZES;
  const teresa = await enter(scene, way, `${OFFICE}/ruoli`, 'Teresa Locatelli');
  await fill(teresa, 'Codice fiscale', 'GLLBRN80D18F205R');
  await select(teresa, 'Ruolo', 'Ragioneria');
  await click(teresa, 'Assegna il ruolo');
  await teresa.getByRole('status').waitFor();
  // Who works here leaves as a table, like every list of the office.
  const ruoli = await saved(teresa, 'Scarica in CSV');
  assert.equal(ruoli.name, 'ruoli.csv');
  const held = ruoli.bytes.toString('utf8').trim().split('\r\n');
  assert.match(held[0], /ruolo\.persona;ruolo\.codice_fiscale;.*;esportazione$/);
  assert.ok(held.some((line) => line.includes(';GLLBRN80D18F205R;ragioneria;')), `not in ${held.length} lines`);
  const book = await saved(teresa, 'Scarica per Excel (XLSX)');
  assert.equal(book.name, 'ruoli.xlsx');
  assert.equal(unzip(book.bytes).get('xl/worksheets/sheet1.xml').match(/<row>/g).length, held.length);

  const bruno = await enter(scene, way, `${OFFICE}/documenti`, 'Bruno Galli');
  const menu = await bruno.getByRole('navigation', { name: 'Menu dell’ufficio' }).innerText();
  assert.match(menu, /Fatture/);
  await picture(bruno, 'ragioneria');
  assert.doesNotMatch(menu, /Pratiche|Operazioni|Scarto/);
  for (const path of ['/pratiche', '/pratiche/esporta', '/operazioni', '/dati-personali', '/scarto', '/compiti']) {
    const answer = await bruno.goto(`${scene.portal.url}${OFFICE}${path}`);
    assert.equal(answer.status(), 403, path);
    assert.doesNotMatch(await bruno.getByRole('main').innerText(), /diet/i);
  }
  await bruno.goto(`${scene.portal.url}${OFFICE}/pratiche`);
  await picture(bruno, 'ragioneria-pratiche');
  for (const page of [teresa, bruno]) await page.context().close();
});

for (const way of SIZES) {
  test(`the auditor sees who did what and why (${way.viewport.width} px)`, LIMIT, async () => {
    const elena = await enter(scene, way, `${OFFICE}/operazioni`, 'Elena Bassi');
    assert.equal(await heading(elena), 'Registro delle operazioni');
    await picture(elena, 'operazioni');
    await elena.getByText(/^Solo le aperture/).click();
    await click(elena, 'Cerca');
    const text = await elena.getByRole('main').innerText();
    assert.match(text, /Laura Riva/);
    assert.match(text, /pratica\.open_sealed/);
    assert.match(text, /Motivo:/);
    await picture(elena, 'aperture');
    await fill(elena, 'Operazione', 'Nomi');
    await click(elena, 'Cerca');
    assert.match(await elena.getByRole('alert').innerText(), /lettere minuscole/);
    await picture(elena, 'operazioni-errore');

    await elena.goto(`${scene.portal.url}${OFFICE}/dati-personali`);
    await picture(elena, 'dati');
    await fill(elena, 'Codice fiscale', 'BRMNNA79E49A794H');
    await click(elena, 'Scarica l’archivio');
    assert.match(await elena.getByRole('alert').innerText(), /da 5 a 500/i);
    await picture(elena, 'dati-errore');
    await fill(elena, 'Perché li scarichi', 'richiesta prot. 812');
    const files = unzip((await saved(elena, 'Scarica l’archivio')).bytes);
    assert.equal(JSON.parse(files.get('persona.json')).cognome, 'Brambilla');

    await elena.goto(`${scene.portal.url}${OFFICE}/scarto`);
    assert.equal(await heading(elena), 'Scarto');
    await picture(elena, 'scarto');
    await elena.context().close();
  });
}

test('a parent takes out their own data', LIMIT, async () => {
  const [way] = SIZES;
  const page = await enter(scene, way, '/calvenzano/area-personale/i-miei-dati', intero(CHI));
  await picture(page, 'i-miei-dati');
  const files = unzip((await saved(page, 'Scarica l’archivio')).bytes);
  const own = JSON.parse(files.get(`pratiche/${numero.replace('/', '-')}.json`));
  assert.equal(own.numero, numero);
  assert.ok(own.risposte.some((line) => line.campo === 'iban' && line.risposta.replaceAll(' ', '') === RISERVATI.iban));
  await page.context().close();
});

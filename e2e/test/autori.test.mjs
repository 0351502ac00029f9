// An author of the office: edits the copy of a form, reads what is wrong and mends it, tries it out as on a phone, publishes
// it for a window, sees a citizen open it, withdraws it. Pictures: target/screenshots/autori.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPage, WAYS } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { click, fill } from '../lib/labels.mjs';
import { look, refused } from '../lib/passi.mjs';
import { giorno, keepPicture, scena } from '../lib/scena.mjs';
import { entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const TESTO = 'Modello in italiano';
const TITOLO = 'Rinuncia o sospensione del servizio mensa';
const TESTA = 'page = "rinuncia"\nkind = "text"\nlabel = "P"\n';
const campo = (text) => (form) => form.replace('\n[[example]]\n', `\n[[field]]\n${text}\n\n[[example]]\n`);

// Each fault that an author can make, the field that is named, and words of the sentence.
const GUASTI = [
  ['circolo', campo(`id = "uno"\n${TESTA}when = 'given(due)'\n\n[[field]]\nid = "due"\n${TESTA}when = 'given(uno)'`), 'uno'],
  ['nome sconosciuto', campo(`id = "uno"\n${TESTA}when = 'given(nessuno)'`), 'uno'],
  ['tipo sbagliato', campo(`id = "uno"\n${TESTA}when = 'tipo > 18'`), 'uno'],
  ['id ripetuto', campo(`id = "motivo"\n${TESTA}`), 'motivo'],
  ['esempio che fallisce', (form) => form.replace('expect = { errors = [] }', 'expect = { errors = ["dal: required"] }'), null],
];

const scene = scena();

// Waits for a page of the office by its heading.
async function stands(page, title) {
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await look(page, `Ufficio, ${title}`);
}

// Puts a text into the form and saves it.
async function salva(page, testo) {
  await fill(page, TESTO, testo);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await click(page, 'Salva e controlla');
  assert.equal((await answered).status(), 303);
  await page.getByText('La copia è salvata.').waitFor();
  await page.waitForLoadState('load');
}

const testo = (page) => page.getByLabel(new RegExp(TESTO)).inputValue();
const data = (away) => giorno(away).reverse().map((part) => String(part).padStart(2, '0')).join('-');

// What somebody without role or sign-in reads as the title of the form.
async function titoloPerTutti(page) {
  await page.goto(`${scene.portal.url}/calvenzano/modelli/rinuncia-mensa`);
  return page.getByRole('heading', { level: 1 }).innerText();
}

for (const way of WAYS) {
  const shelf = (page, name) => keepPicture(page, 'autori', `${name}-${way.script ? 'script' : 'senza'}`);

  test(`an author edits, mends, tries out, publishes and withdraws (${way.name})`, LIMIT, async () => {
    const { watcher, found } = rules([way.viewport]);
    const page = await entraInUfficio({ ...scene, way, watcher });
    await page.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Modelli', exact: true }).click();
    await stands(page, 'Modelli');
    await shelf(page, 'elenco');
    await page.getByRole('rowheader').filter({ hasText: 'rinuncia-mensa' }).getByRole('link').click();
    await stands(page, 'Copia di rinuncia-mensa');
    const giusto = (await testo(page)).replace(/^title = .*$/m, `title = "${TITOLO}"`);

    for (const [what, spoil, field] of GUASTI) {
      const sbagliato = spoil(giusto);
      assert.notEqual(sbagliato, giusto, what);
      await salva(page, sbagliato);
      const box = page.getByRole('alert');
      const link = box.getByRole('link').first();
      assert.match(await link.innerText(), /^rinuncia-mensa\.toml, riga \d+/, what);
      if (field) assert.match(await link.innerText(), new RegExp(`, ${field}$`), what);
      const target = page.locator(new URL(await link.getAttribute('href'), page.url()).hash);
      assert.match(await target.innerText(), /Rimedio: \S/, what);
      await look(page, `Ufficio, copia con errori: ${what}`);
      await shelf(page, `guasto-${what.replaceAll(' ', '-')}`);
    }
    assert.match(await page.getByRole('table').first().innerText(), /Fallisce\s+Attesi: dal: required\. Trovati: niente\./);

    const nuovo = `${TITOLO}, ${way.name}`;
    await salva(page, giusto.replace(/^title = .*$/m, `title = "${nuovo}"`).replace(/^label = "(Alunno|Chi smette.*)"$/m, `label = "Chi smette, ${way.name}"`));
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.getByText('Testi ed esempi a posto').waitFor();
    await shelf(page, 'copia');

    await click(page, 'Anteprima');
    await stands(page, 'Anteprima');
    const frame = page.frameLocator('iframe');
    await frame.getByRole('link', { name: 'Continua' }).or(frame.getByRole('link', { name: 'Informativa sulla privacy' })).first().waitFor();
    const width = await page.locator('iframe').evaluate((element) => element.getBoundingClientRect().width);
    assert.ok(width <= 360 && width >= 320, `the frame is ${width} wide`);
    await shelf(page, 'anteprima');
    await click(page, 'Apri l’anteprima da sola');
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByText('niente viene inviato').waitFor();
    await page.getByRole('link', { name: 'Informativa sulla privacy' }).first().click();
    await page.getByRole('checkbox').first().check();
    await click(page, 'Avanti');
    await page.getByRole('heading', { level: 1, name: 'Chi fa la domanda' }).waitFor();
    await look(page, 'Anteprima, chi fa la domanda');
    await shelf(page, 'anteprima-pagina');
    await click(page, 'Avanti');
    await page.getByText(`Chi smette, ${way.name}`).first().waitFor();
    await click(page, 'Avanti');
    await page.getByRole('alert').getByText('C’è un problema').waitFor();
    await look(page, 'Anteprima, errori');
    await page.setViewportSize(way.viewport);

    await page.goto(`${scene.portal.url}/calvenzano/ufficio/modelli/rinuncia-mensa`);
    await click(page, 'Pubblica');
    await stands(page, 'Pubblica il modello');
    const changes = await page.getByRole('main').innerText();
    assert.ok(changes.includes(`label = "Chi smette, ${way.name}"`), changes);
    assert.match(changes, /le dovrà riguardare[\s\S]*Rinuncia o sospensione/);
    await refused(page, 'Pubblica', ['Scrivi il primo giorno.', 'Scrivi l’ultimo giorno.']);
    await fill(page, 'Primo giorno', data(-1));
    await fill(page, 'Ultimo giorno', data(-3));
    await refused(page, 'Pubblica', /^L’ultimo giorno viene prima/);
    await shelf(page, 'pubblica');
    await fill(page, 'Ultimo giorno', data(20));
    await page.getByRole('button', { name: 'Pubblica', exact: true }).click();
    await page.getByText('Il modello è pubblicato.').waitFor();
    await shelf(page, 'pubblicato');

    const citizen = await newPage(scene.browser, way);
    assert.equal(await titoloPerTutti(citizen), nuovo);
    await citizen.getByRole('link', { name: 'Avvia pratica' }).waitFor();

    await page.getByRole('row').filter({ hasText: 'Aperto' }).first().getByRole('link', { name: /^Ritira/ }).click();
    await stands(page, 'Ritira una versione');
    await shelf(page, 'ritira');
    await click(page, 'Ritira');
    await page.getByText('La versione è ritirata.').waitFor();
    assert.equal(await titoloPerTutti(citizen), TITOLO);
    await click(page, 'Modelli', { first: true });
    await stands(page, 'Modelli');
    assert.match(await page.getByRole('row').filter({ hasText: 'rinuncia-mensa' }).innerText(), /Aperto[\s\S]*Versione 1,[\s\S]*da pubblicare/);
    assert.deepEqual(found, []);
    await citizen.context().close();
    await page.context().close();
  });
}

test('who saves second reads both versions, and nothing typed is lost', LIMIT, async () => {
  const { watcher, found } = rules([WAYS[0].viewport, WAYS[2].viewport]);
  const page = await entraInUfficio({ ...scene, way: WAYS[1], watcher });
  const path = `${scene.portal.url}/calvenzano/ufficio/modelli/dieta-speciale`;
  await page.goto(path);
  const other = await page.context().newPage();
  await other.goto(path);
  const form = await testo(page);
  await other.getByLabel(new RegExp(TESTO)).fill(`${form}# L’altra persona\n`);
  await click(other, 'Salva e controlla');
  await other.getByText('La copia è salvata.').waitFor();
  await fill(page, TESTO, `${form}# Io\n`);
  await click(page, 'Salva e controlla');
  await stands(page, 'Qualcuno ha salvato prima di te');
  assert.equal(page.made.status(), 409);
  const text = await page.getByRole('main').innerText();
  assert.ok(text.includes('# L’altra persona') && (await testo(page)).includes('# Io'), text);
  await keepPicture(page, 'autori', 'conflitto', [WAYS[0].viewport, WAYS[2].viewport]);
  await click(page, 'Salva la tua versione');
  await page.getByText('La copia è salvata.').waitFor();
  assert.ok((await testo(page)).endsWith('# Io\n'));
  assert.deepEqual(found, []);
  await page.context().close();
});

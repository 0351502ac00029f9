// The sample checks of declarations: a draw of what was accepted on a day, done again without the portal, its checks, and what
// each role sees of it. Pictures: target/screenshots/controlli.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { DESK, PHONE, launch } from '../lib/browser.mjs';
import { choose, click, fill, heading, select } from '../lib/labels.mjs';
import { startPortal } from '../lib/portal.mjs';
import { enter, pictures } from '../lib/scena.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const CONTROLLI = '/calvenzano/ufficio/controlli';
const DAY_MS = 24 * 3_600_000;
const SHELF = { viewport: PHONE, script: false };
const TABLE = { viewport: DESK, script: true };

const picture = pictures('controlli');
const scene = {};
let day;
before(async () => {
  scene.portal = await startPortal({ clock: true });
  scene.browser = await launch();
  // What the demonstration accepts is accepted on the day of its loading.
  day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome' }).format(scene.portal.now());
  await scene.portal.passOn(DAY_MS);
});
after(async () => {
  await scene.browser?.close();
  await scene.portal?.stop();
});

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function term(page, name) {
  return (await page.locator(`dt:text-is("${name}") + dd`).innerText()).trim();
}

test('a period is drawn once, and anybody draws the same again (360 px, without script)', LIMIT, async () => {
  const anna = await enter(scene, SHELF, CONTROLLI, 'Anna Brambilla');
  assert.match(await anna.getByRole('main').innerText(), /Non è stato estratto ancora/);
  await picture(anna, 'vuoto');
  await click(anna, 'Nuovo controllo');
  assert.equal(await heading(anna), 'Nuovo controllo');
  await picture(anna, 'nuovo');
  await fill(anna, 'Percentuale', '500');
  await click(anna, 'Estrai');
  assert.match(await anna.getByRole('alert').innerText(), /Scrivi una data[\s\S]*da 1 a 100/);
  assert.equal(await anna.getByLabel(/^Percentuale/).inputValue(), '500');
  await picture(anna, 'nuovo-errore');

  await fill(anna, 'Accolte dal giorno', day);
  await fill(anna, 'Accolte fino al giorno', day);
  await fill(anna, 'Percentuale', '20');
  await click(anna, 'Estrai');
  assert.match(await heading(anna), /^Controllo dal /);
  await picture(anna, 'uno');
  const coming = anna.waitForEvent('download');
  await click(anna, 'Scarica la lista');
  const list = await readFile(await (await coming).path());
  const numbers = list.toString().trimEnd().split('\n');
  assert.equal(await term(anna, 'Pratiche accolte'), `${numbers.length} pratiche`);
  assert.equal(await term(anna, 'Impronta SHA-256 della lista'), sha256(list));
  const seed = await term(anna, 'Seme');
  const order = numbers.map((number) => [sha256(`${seed}${number}`), number]).sort();
  const again = order.slice(0, Math.ceil(numbers.length * 0.2)).map(([, number]) => number);
  const rows = await anna.getByRole('row').filter({ hasText: 'Estratta a sorte' }).getByRole('link').allInnerTexts();
  assert.deepEqual(rows.sort(), again.sort());

  await anna.goto(`${scene.portal.url}${CONTROLLI}/nuovo`);
  const modello = await anna.getByRole('option', { name: /iscrizione mensa/i }).innerText();
  await select(anna, 'Modello', modello);
  await fill(anna, 'Accolte dal giorno', day);
  await fill(anna, 'Accolte fino al giorno', day);
  await click(anna, 'Estrai');
  assert.match(await anna.getByRole('alert').innerText(), /già stato estratto/);
  await picture(anna, 'gia-estratto');
  await click(anna, 'Apri il controllo già estratto');
  assert.match(await heading(anna), /^Controllo dal /);
  await anna.context().close();
});

test('what a check found is written down with its reason (1280 px)', LIMIT, async () => {
  const anna = await enter(scene, TABLE, CONTROLLI, 'Anna Brambilla');
  await picture(anna, 'elenco');
  await click(anna, /^dal /);
  await picture(anna, 'uno');
  const number = await anna.getByRole('row').nth(1).getByRole('link').innerText();
  await click(anna, number);
  assert.equal(await heading(anna), `Controllo della pratica ${number}`);
  await picture(anna, 'verifica');
  await click(anna, 'Registra l’esito');
  assert.match(await anna.getByRole('alert').innerText(), /Scegli l’esito/);
  await choose(anna, 'Esito', 'Irregolarità sanabile');
  await click(anna, 'Registra l’esito');
  assert.match(await anna.getByRole('alert').innerText(), /Scrivi che cosa risulta/);
  await picture(anna, 'verifica-errore');
  await fill(anna, 'Che cosa risulta', 'Manca il numero civico.');
  await click(anna, 'Registra l’esito');
  await anna.getByText(/^Controllate 1 su/).waitFor();
  await anna.getByRole('row').filter({ hasText: number }).getByRole('link').click();
  assert.match(await anna.getByRole('main').innerText(), /Manca il numero civico[\s\S]*Scrivi al richiedente/);
  await picture(anna, 'verifica-fatta');
  await anna.getByRole('main').getByRole('link', { name: number, exact: true }).click();
  await anna.getByRole('link', { name: /^Nel controllo a campione del/ }).waitFor();
  await picture(anna, 'pratica');
  await anna.context().close();
});

test('the auditor reads it and draws nothing', LIMIT, async () => {
  const elena = await enter(scene, SHELF, CONTROLLI, 'Elena Bassi');
  assert.equal(await elena.getByRole('link', { name: 'Nuovo controllo' }).count(), 0);
  await picture(elena, 'elenco-controllore');
  assert.equal((await elena.goto(`${scene.portal.url}${CONTROLLI}/nuovo`)).status(), 403);
  await elena.context().close();
});

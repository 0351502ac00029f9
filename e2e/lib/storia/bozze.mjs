// Drafts that do not fail people: two devices, a window that closes before Invia, a modello that changes meanwhile.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPage } from '../browser.mjs';
import { choose, click, fill, fromMenu, tick } from '../labels.mjs';
import { arrive, enterPortal, follow, look, next, numbers, riga, startModello } from '../passi.mjs';
import { ROOT } from '../portal.mjs';
import { signIn } from '../signin.mjs';
import { INFANZIA, aggiungiFiglio, apreDomanda, pagaConAvvisi, richiedente, scegliScuola, scriviFiglio } from './pagine.mjs';
import { intero } from './gente.mjs';

const MODELLO = /^Modello iscrizione mensa/;

const device = async ({ browser, way, watcher }) => Object.assign(await newPage(browser, way), { watcher });

// A whole application without a mistake, up to the summary.
export async function finoAlRiepilogo({ page, portal, chi }) {
  const { nome } = chi.figlio;
  await apreDomanda(page, portal, chi);
  await richiedente(page);
  await next(page, 'Figli da iscrivere');
  await scriviFiglio(await aggiungiFiglio(page, 1), chi.figlio);
  await next(page, 'Scuola e giorni di mensa');
  await scegliScuola(page, nome, INFANZIA);
  await next(page, 'Dieta');
  await riga(page, new RegExp(nome)).getByLabel('Nessuna dieta speciale').check();
  await next(page, 'Tariffa e pagamento');
  await pagaConAvvisi(page);
}

// The person's draft on a device that remembers nothing.
export async function riprendi(page, portal, chi) {
  await enterPortal(page, portal);
  await click(page, 'Accedi', { first: true });
  await signIn(page, intero(chi));
  await arrive(page, 'Servizi online');
  await fromMenu(page, 'Pratiche');
  await arrive(page, 'Pratiche');
  await follow(page, 'Bozze (pratiche sospese)');
  await arrive(page, 'Bozze (pratiche sospese)');
  await click(page, 'Riprendi');
  await arrive(page, MODELLO);
}

// Phone and computer with the same page open: the later one sees both versions and chooses answer by answer.
export async function dueDispositivi({ browser, portal, way, watcher, chi }) {
  const [phone, desk] = [await device({ browser, way, watcher }), await device({ browser, way })];
  await enterPortal(phone, portal);
  await startModello(phone, intero(chi));
  await riprendi(desk, portal, chi);
  for (const page of [phone, desk]) {
    await follow(page, 'Chi fa la domanda');
    await arrive(page, 'Chi fa la domanda');
    await choose(page, 'In qualità di', 'Genitore');
  }
  await fill(desk, 'Indirizzo di residenza', 'Via del computer 1');
  await fill(desk, 'CAP', '24040');
  await fill(desk, 'Comune di residenza', 'Calvenzano');
  await next(desk, 'Figli da iscrivere');

  await fill(phone, 'Indirizzo di residenza', 'Via del telefono 2');
  await fill(phone, 'CAP', '24047');
  await next(phone, 'La bozza è cambiata nel frattempo');
  const question = (label) => phone.getByRole('group', { name: label });
  assert.ok(await question('Indirizzo di residenza').getByLabel('Già salvato: Via del computer 1').isVisible());
  assert.ok(await question('Indirizzo di residenza').getByLabel('Scritto ora: Via del telefono 2').isChecked());
  // What this device never touched stays as the other one saved it.
  assert.ok(await question('Comune di residenza').getByLabel('Già salvato: Calvenzano').isChecked());
  await question('CAP').getByLabel('Già salvato: 24040').check();
  await click(phone, 'Salva le mie scelte');
  await arrive(phone, 'Figli da iscrivere');
  await click(phone, 'Indietro');
  await arrive(phone, 'Chi fa la domanda');
  for (const [label, value] of [['Indirizzo di residenza', 'Via del telefono 2'], ['CAP', '24040'], ['Comune di residenza', 'Calvenzano']]) {
    assert.equal(await phone.getByLabel(label).inputValue(), value);
  }
  for (const page of [phone, desk]) await page.context().close();
}

// The comune publishes another version while the summary is on screen.
export async function modelloNuovo({ browser, portal, way, watcher, chi, volta }) {
  const page = await device({ browser, way, watcher });
  await finoAlRiepilogo({ page, portal, chi });
  const [, year] = (await page.getByRole('main').innerText()).match(/A\.S\. (\d{4})\/\d{4}/);
  await pubblica(portal, year, [['label = "Giorni di mensa"', `label = "Giorni a scuola (${volta})"`]]);
  await tick(page, 'Dichiaro che i dati sono veri');
  await click(page, 'Invia');
  await page.getByRole('alert').waitFor();
  const main = page.getByRole('main');
  assert.match(await main.innerText(), /Il modello è cambiato il .* Le tue risposte sono conservate: riguarda questa pagina\./);
  await look(page, 'Riepilogo, il modello è cambiato');
  // Pressing once more does not help before the page was seen.
  await tick(page, 'Dichiaro che i dati sono veri');
  await click(page, 'Invia');
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /riguarda le pagine indicate/);
  await main.getByRole('region', { name: 'Il modello è cambiato' }).getByRole('link', { name: 'Scuola e giorni di mensa' }).click();
  await arrive(page, 'Scuola e giorni di mensa');
  const days = page.getByRole('group', { name: `Giorni a scuola (${volta})` });
  assert.ok(await days.getByLabel('lunedì').isChecked(), 'the answer is kept');
  await next(page, 'Riepilogo');
  assert.equal(await main.getByRole('region', { name: 'Il modello è cambiato' }).count(), 0);
  await tick(page, 'Dichiaro che i dati sono veri');
  await click(page, 'Invia');
  assert.equal((await numbers(page)).pratiche.length, 1);
  await page.context().close();
}

// Publishes the enrolment with changed texts, open since two days ago at the portal and for `days` more.
export async function pubblica(portal, year, changes, days = 45) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-modello-'));
  const source = join(ROOT, 'modelli/servizi-scolastici');
  for (const ending of ['toml', 'en.toml', 'procedura.toml']) {
    let text = await readFile(join(source, `iscrizione-mensa.${ending}`), 'utf8');
    for (const [old, changed] of ending === 'toml' ? changes : []) {
      assert.ok(text.includes(old), old);
      text = text.replace(old, changed);
    }
    await writeFile(join(folder, `iscrizione-mensa.${ending}`), text);
  }
  const day = (from_now) => new Date(portal.now().getTime() + from_now * 86_400_000).toISOString().slice(0, 10);
  const window = ['--anno', year, '--dal', day(-2), '--al', day(days)];
  const { stdout } = await portal.command('modelli', 'publish', 'calvenzano', join(folder, 'iscrizione-mensa.toml'), ...window);
  assert.match(stdout, /published as version \d+/);
}

// The summary of a draft taken up again, ticked, at the last minute of its window.
export async function ultimoMinuto({ browser, portal, way, watcher, chi }) {
  const page = await device({ browser, way, watcher });
  await riprendi(page, portal, chi);
  await click(page, 'Vai al riepilogo', { first: true });
  await arrive(page, 'Riepilogo');
  await tick(page, 'Dichiaro che i dati sono veri');
  return page;
}

// Invia after the window has closed: refused, told why, and everything is kept.
export async function inviaTardi(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    click(page, 'Invia'),
  ]);
  assert.equal(answer.status(), 409);
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /Il periodo per presentare la domanda è finito\. La tua bozza è conservata/);
  await look(page, 'Riepilogo, la finestra è chiusa');
  await fromMenu(page, 'Pratiche');
  await arrive(page, 'Pratiche');
  await follow(page, 'Bozze (pratiche sospese)');
  await arrive(page, 'Bozze (pratiche sospese)');
  assert.match(await page.getByRole('main').innerText(), /Il periodo per inviarla è finito/);
  await click(page, 'Riprendi');
  await arrive(page, MODELLO);
  await follow(page, 'Chi fa la domanda');
  await arrive(page, 'Chi fa la domanda');
  assert.equal(await page.getByLabel('Indirizzo di residenza').inputValue(), 'Via dei Tigli 8');
  await page.context().close();
}

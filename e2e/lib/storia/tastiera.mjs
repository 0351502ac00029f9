// One whole filing with the keyboard alone.
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { arrive, numbers } from '../passi.mjs';
import { pick, press, tick, type } from '../tastiera.mjs';
import { ANNA, intero } from './gente.mjs';

export async function conLaTastiera({ browser, portal, way }) {
  const page = await newPage(browser, way);
  const { figlio } = ANNA;
  const step = async (label, title) => {
    await press(page, label);
    await arrive(page, title);
  };
  await page.goto(`${portal.url}/calvenzano/`);
  // The skip link comes first and leads past the header.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'MAIN');
  for (const label of ['Pratiche', 'Apertura pratiche', 'Servizi scolastici', 'Iscrizione servizi scolastici']) {
    await page.locator('main').focus();
    await step(new RegExp(`^${label}`), label);
  }
  await page.locator('main').focus();
  await step(/^Modello iscrizione mensa/, /^Modello iscrizione mensa/);
  await step(/^Avvia pratica/, 'Accedi');
  await step(/^Entra con SPID/, 'Scegli il tuo gestore SPID');
  await page.locator('main').focus();
  await press(page, /./);
  await page.waitForURL((url) => url.origin !== portal.url);
  await press(page, new RegExp(`^Entra come ${intero(ANNA)}`));
  await page.waitForURL((url) => url.origin === portal.url);
  await arrive(page, /^Modello iscrizione mensa/);

  await step(/^Continua/, 'Informativa sulla privacy');
  await tick(page, /^Ho letto l'informativa/);
  await step(/^Avanti/, 'Chi fa la domanda');
  await pick(page, /In qualità di/, 0);
  await type(page, /^Indirizzo di residenza/, 'Via Larga 3');
  await type(page, /^CAP/, '24040');
  await type(page, /^Comune di residenza/, 'Calvenzano');
  await step(/^Avanti/, 'Figli da iscrivere');
  await press(page, /^Aggiungi figlio/);
  await page.getByLabel('Codice fiscale del figlio').waitFor();
  await type(page, /^Codice fiscale del figlio/, figlio.codice);
  await type(page, /^Cognome del figlio/, figlio.cognome);
  await type(page, /^Nome del figlio/, figlio.nome);
  for (const [index, label] of ['Giorno', 'Mese', 'Anno'].entries()) await type(page, new RegExp(`^${label}`), String(figlio.nascita[index]));
  // Enter in a field presses Avanti, not the button that removes the child.
  await page.keyboard.press('Enter');
  await arrive(page, 'Scuola e giorni di mensa');
  await pick(page, /\| Scuola$/, 1);
  // A list is chosen from by its letters.
  await type(page, /^Classe o sezione/, '1');
  await tick(page, /^lunedì/);
  await step(/^Avanti/, 'Dieta');
  await pick(page, /\| Dieta/, 0);
  await step(/^Avanti/, 'Tariffa e pagamento');
  await pick(page, /\| ISEE/, 1);
  await pick(page, /\| Modalità di pagamento/, 0);
  await step(/^Avanti/, 'Riepilogo');
  await tick(page, /^Dichiaro che i dati sono veri/);
  await press(page, /^Invia/);
  const { pratiche } = await numbers(page);
  assert.equal(pratiche.length, 1);
  await page.context().close();
}

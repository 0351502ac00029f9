// Maria's application: two children whom the comune knows, one pratica each (G4, G6).
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { click, tick } from '../labels.mjs';
import { next, numbers, riga } from '../passi.mjs';
import { says } from '../posta.mjs';
import { ricevuta } from './domanda.mjs';
import { apreDomanda, pagaConAvvisi, richiedente } from './pagine.mjs';
import { MARIA } from './gente.mjs';

export const FIGLI = ['Tommaso Ferrari', 'Sofia Ferrari'];

// Answers { page, pratiche: [{ chi, numero }], protocollo }, the page on the confirmation.
export async function presentaPerDue({ browser, portal, way, watcher }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await apreDomanda(page, portal, MARIA);
  await richiedente(page);
  await next(page, 'Figli da iscrivere');
  await figli(page);
  await scuola(page);
  await dieta(page);
  await pagaConAvvisi(page);
  assert.match(await page.getByRole('main').innerText(), /Con Invia presenti 2 pratiche, una per ogni figlio\./);
  await tick(page, 'Dichiaro che i dati sono veri');
  await page.getByRole('button', { name: 'Invia', exact: true }).dblclick();
  const sent = await numbers(page);
  assert.deepEqual(sent.pratiche.map(({ chi }) => chi), FIGLI);
  const receipt = await ricevuta(page);
  for (const said of [...FIGLI, sent.protocollo, ...sent.pratiche.map(({ numero }) => numero)]) assert.ok(says(receipt, said), `the receipt lacks ${said}`);
  return { page, ...sent };
}

// The children are offered; nothing about them is typed.
async function figli(page) {
  for (const name of FIGLI) {
    await click(page, `Aggiungi ${name}`);
    await riga(page, new RegExp(name)).waitFor();
  }
  assert.equal(await page.getByRole('button', { name: /^Aggiungi .* Ferrari/ }).count(), 0, 'a child is offered twice');
  await next(page, 'Scuola e giorni di mensa');
}

async function scuola(page) {
  const [tommaso, sofia] = FIGLI.map((name) => riga(page, new RegExp(`: ${name}$`)));
  assert.ok(await tommaso.getByLabel('Scuola primaria Gianni Rodari').first().isChecked());
  await tommaso.getByLabel('martedì').check();
  await sofia.getByLabel('venerdì').check();
  await next(page, 'Dieta');
}

async function dieta(page) {
  const [tommaso, sofia] = FIGLI.map((name) => riga(page, new RegExp(`: ${name}$`)));
  await tommaso.getByLabel('Senza alcuni alimenti').check();
  await sofia.getByLabel('Nessuna dieta speciale').check();
  await next(page, 'Dettagli della dieta');
  await tommaso.getByLabel('carne di maiale').check();
  await next(page, 'Tariffa e pagamento');
}

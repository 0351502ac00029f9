// Maria's application: two children whom the comune knows, one pratica each (G4, G6).
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { choose, click, fill, tick } from '../labels.mjs';
import { arrive, enterPortal, next, numbers, riga, startModello } from '../passi.mjs';
import { says } from '../posta.mjs';
import { ricevuta } from './domanda.mjs';
import { MARIA, intero } from './gente.mjs';

export const FIGLI = ['Tommaso Ferrari', 'Sofia Ferrari'];

// Answers { page, pratiche: [{ chi, numero }], protocollo }, the page on the confirmation.
export async function presentaPerDue({ browser, portal, way, watcher }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await enterPortal(page, portal);
  await startModello(page, intero(MARIA));
  await click(page, 'Continua');
  await arrive(page, 'Informativa sulla privacy');
  await tick(page, "Ho letto l'informativa sulla privacy");
  await next(page, 'Chi fa la domanda');
  await richiedente(page);
  await figli(page);
  await scuola(page);
  await dieta(page);
  await choose(page, 'ISEE', 'Non lo dichiaro');
  await choose(page, 'Modalità di pagamento', 'Avviso pagoPA');
  await next(page, 'Riepilogo');
  assert.match(await page.getByRole('main').innerText(), /Con Invia presenti 2 pratiche, una per ogni figlio\./);
  await tick(page, 'Dichiaro che i dati sono veri');
  await page.getByRole('button', { name: 'Invia', exact: true }).dblclick();
  const sent = await numbers(page);
  assert.deepEqual(sent.pratiche.map(({ chi }) => chi), FIGLI);
  const receipt = await ricevuta(page);
  for (const said of [...FIGLI, sent.protocollo, ...sent.pratiche.map(({ numero }) => numero)]) assert.ok(says(receipt, said), `the receipt lacks ${said}`);
  return { page, ...sent };
}

async function richiedente(page) {
  await choose(page, 'In qualità di', 'Genitore');
  await fill(page, 'Indirizzo di residenza', 'Via dei Tigli 8');
  await fill(page, 'CAP', '24040');
  await fill(page, 'Comune di residenza', 'Calvenzano');
  await next(page, 'Figli da iscrivere');
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

// What goes wrong on the way: errors of SPID, a session that ends in the middle of a page, two windows on one draft.
import assert from 'node:assert/strict';
import { equip, newPage } from '../browser.mjs';
import { choose, click, fill, heading } from '../labels.mjs';
import { arrive, enterPortal, follow, look, startModello } from '../passi.mjs';
import { signIn } from '../signin.mjs';
import { intero } from './gente.mjs';

// The errors that a person can cause (SPID error codes 19-25 and 30) and what the page must say.
export const ERRORI = [
  [19, /credenziali erano errate/],
  [20, /non ha le credenziali del livello richiesto/],
  [21, /Tempo scaduto/],
  [22, /Non hai dato il consenso/],
  [23, /identità è sospesa o revocata/],
  [25, /Hai annullato l’accesso/],
];

// Each error has its page: 403, in words, and Riprova keeps the destination.
export async function erroriSpid({ browser, portal, way, watcher, errori = ERRORI }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  for (const [number, words] of errori) {
    await enterPortal(page, portal);
    await follow(page, 'Sezione informativa');
    await follow(page, 'Consultazione pratiche');
    const answers = [];
    const hear = (response) => answers.push(response);
    page.on('response', hear);
    await signIn(page, 'nessuno', { answer: new RegExp(`^Errore ${number}:`) });
    page.off('response', hear);
    await arrive(page, 'Accesso non riuscito');
    assert.equal(answers.filter((answer) => answer.request().method() === 'POST').at(-1).status(), 403, `error ${number}`);
    assert.match(await page.getByRole('main').innerText(), words);
    assert.equal(await page.getByRole('banner').getByRole('button', { name: 'Esci' }).count(), 0, 'signed in after an error');
  }
  await click(page, 'Riprova');
  await arrive(page, 'Scegli il tuo gestore SPID');
  await signIn(page, 'Paolo Ferrari');
  await arrive(page, 'Nessuna iscrizione trovata');
  await page.context().close();
}

// The session ends (elsewhere, or by time) while a page is being filled in: nothing typed is lost.
export async function sessioneScaduta({ browser, portal, way, watcher, chi, via }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await bozzaAperta(page, portal, chi);
  await choose(page, 'In qualità di', 'Tutore');
  await fill(page, 'Indirizzo di residenza', via);
  await fill(page, 'CAP', '24047');
  await fill(page, 'Comune di residenza', 'Treviglio');

  const other = await page.context().newPage();
  await other.goto(`${portal.url}/calvenzano/`);
  await other.getByRole('banner').getByRole('button', { name: 'Esci' }).click();
  await other.getByRole('banner').getByRole('link', { name: 'Accedi' }).waitFor();
  await other.close();

  await click(page, 'Avanti');
  await arrive(page, 'Accedi di nuovo');
  await rientra(page, intero(chi));
  await ripeti(page);
  // A guardian is asked for the act next.
  await arrive(page, 'Altri dati di chi fa la domanda');
  await click(page, 'Indietro');
  await arrive(page, 'Chi fa la domanda');
  assert.ok(await page.getByLabel('Tutore').isChecked());
  assert.equal(await page.getByLabel('Indirizzo di residenza').inputValue(), via);
  assert.equal(await page.getByLabel('Comune di residenza').inputValue(), 'Treviglio');
  return page;
}

// From "Accedi di nuovo": the sign-in in a tab of its own, as the page says, by whoever sits there.
export async function rientra(page, name) {
  const { watcher } = page;
  const [tab] = await Promise.all([page.context().waitForEvent('page'), click(page, 'Apri l’accesso')]);
  await tab.waitForLoadState();
  await signIn(await equip(tab, page.script), name);
  await tab.getByRole('heading', { level: 1, name: 'Accesso riuscito' }).waitFor();
  await look(Object.assign(tab, { watcher }), 'Accesso riuscito');
  await tab.close();
}

// Sends the same form again. The new session has not seen it: it asks once more before it writes.
export async function ripeti(page) {
  await click(page, 'Ripeti l’invio');
  await arrive(page, 'Conferma l’invio');
  await click(page, 'Ripeti l’invio');
}

// The same draft in two windows: the later one overwrites nothing, and shows both.
export async function dueFinestre({ page, via }) {
  const other = Object.assign(await page.context().newPage(), { script: true });
  await other.goto(page.url());
  await fill(other, 'Indirizzo di residenza', `${via} bis`);
  await click(other, 'Sospendi');
  await other.getByRole('heading', { level: 1, name: 'Bozza salvata' }).waitFor();
  await other.close();
  await fill(page, 'Indirizzo di residenza', `${via} ter`);
  await click(page, 'Avanti');
  await arrive(page, 'La bozza è cambiata nel frattempo');
  const street = page.getByRole('group', { name: 'Indirizzo di residenza' });
  assert.equal(await page.getByRole('main').getByRole('group').count(), 1, 'only what differs is asked');
  assert.ok(await street.getByLabel(`Già salvato: ${via} bis`).isVisible(), 'the saved version is not shown');
  assert.ok(await street.getByLabel(`Scritto ora: ${via} ter`).isChecked(), 'what was typed is not proposed');
  await click(page, 'Salva le mie scelte');
  await arrive(page, 'Altri dati di chi fa la domanda');
  await click(page, 'Indietro');
  await arrive(page, 'Chi fa la domanda');
  assert.equal(await page.getByLabel('Indirizzo di residenza').inputValue(), `${via} ter`);
}

// The page "Chi fa la domanda" of a draft, begun or resumed.
async function bozzaAperta(page, portal, chi) {
  await enterPortal(page, portal);
  await startModello(page, intero(chi));
  await page.getByRole('main').getByRole('link', { name: 'Chi fa la domanda', exact: true }).click();
  await arrive(page, 'Chi fa la domanda');
}

// Samir leaves his draft and throws it away; the next visit begins a new one.
export async function eliminaBozza({ page }) {
  await click(page, 'Elimina la bozza');
  await arrive(page, 'Elimina la bozza');
  await click(page, 'Elimina per sempre');
  await page.getByRole('heading', { level: 1, name: 'Bozze (pratiche sospese)' }).waitFor();
  await look(page, await heading(page));
}


// The clerk's side: from the queue to the decision.
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { choose, click, fill } from '../labels.mjs';
import { look, refused } from '../passi.mjs';
import { signIn } from '../signin.mjs';

export const MOTIVO = 'Il certificato allegato non riporta la firma del medico.';
export const RISPOSTA = 'Il secondo foglio è in bianco.';
export const MANCA = 'Il certificato non è firmato: manda quello firmato dal medico.';
export const CERTIFICATO = 'Certificato del medico';

const MENSA = /Modello iscrizione mensa/;

const at = async (page, title) => {
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await look(page, `Ufficio, ${await page.getByRole('heading', { level: 1 }).innerText()}`);
};

// Anna (or `name`) at her desk: signed in, the queue before her.
export async function entraInUfficio({ browser, portal, way, watcher, name = 'Anna Brambilla' }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await page.goto(`${portal.url}/calvenzano/`);
  await click(page, 'Mappa del sito');
  await click(page, 'Accesso per il personale');
  await signIn(page, name);
  await at(page, 'Coda di lavoro');
  return page;
}

// Finds a pratica by its number in the queue and opens it; `titolo` is that of its modello.
export async function apri(page, numero, titolo = MENSA) {
  await page.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Pratiche' }).click();
  await page.getByRole('heading', { level: 1, name: 'Coda di lavoro' }).waitFor();
  await fill(page, 'Numero della pratica o nome', numero);
  await click(page, 'Cerca');
  await page.getByRole('table').getByRole('link', { name: numero, exact: true }).click();
  await at(page, titolo);
  const text = await page.getByRole('main').innerText();
  assert.match(text, new RegExp(`Pratica ${numero} · presentata da`));
}

export async function prendiInCarico(page) {
  await click(page, 'Prendi in carico');
  await page.getByRole('button', { name: 'Accogli', exact: true }).waitFor();
  assert.match(await page.getByRole('main').innerText(), /In carico/);
}

// Asks the family for what is missing, at the question that it belongs to; without saying what, nothing is asked.
export async function chiediDiCompletare(page, { manca, domanda } = { manca: MANCA, domanda: CERTIFICATO }) {
  await click(page, 'Chiedi di completare');
  await at(page, 'Chiedi di completare');
  await refused(page, 'Chiedi al cittadino', /^Scrivi che cosa manca/);
  await fill(page, 'Che cosa manca', manca);
  for (const una of [domanda].flat()) await choose(page, 'Di quali domande si tratta', una);
  await click(page, 'Chiedi al cittadino');
  await at(page, MENSA);
  assert.match(await page.getByRole('main').innerText(), /Attesa integrazioni/);
}

export async function accogli(page) {
  await click(page, /^Accogli$/);
  await decisa(page, 'Accolta');
}

// Tells the family why it is about to be rejected; without reasons nothing is told, and without this nothing rejected.
export async function daiPreavviso(page) {
  assert.equal(await page.getByRole('button', { name: 'Respingi' }).count(), 0, 'it can be rejected without a notice');
  await click(page, 'Preavviso di rigetto');
  await at(page, 'Preavviso di rigetto');
  await refused(page, 'Invia il preavviso', /^Scrivi i motivi/);
  await fill(page, 'Motivi che impediscono', MOTIVO);
  await click(page, 'Invia il preavviso');
  await at(page, MENSA);
  assert.match(await page.getByRole('main').innerText(), /Preavviso di rigetto[\s\S]*può rispondere entro/);
}

// Without a reason, and without an answer to what the family observed, nothing is rejected.
export async function respingi(page) {
  await refused(page, 'Respingi', /^Scrivi il motivo per respingere/);
  await fill(page, /^Motivo/, MOTIVO);
  await fill(page, 'Risposta alle osservazioni', RISPOSTA);
  await click(page, 'Respingi');
  await decisa(page, 'Respinta');
  assert.ok((await page.getByRole('main').innerText()).includes(MOTIVO));
}

async function decisa(page, words) {
  await page.getByRole('button', { name: 'Accogli', exact: true }).waitFor({ state: 'detached' });
  assert.match(await page.getByRole('main').innerText(), new RegExp(`stato\\s+${words}`, 'i'));
  await look(page, `Ufficio, pratica ${words.toLowerCase()}`);
}

// The officer of diets says why, reads, and hides it again.
export async function apriRiservati(page, { seen }) {
  await refused(page, 'Mostra i dati riservati', /^Scrivi perché ti servono i dati/);
  await fill(page, 'Perché ti servono', 'Preparazione della dieta');
  await click(page, 'Mostra i dati riservati');
  // Beside it may stand who else looks at the pratica.
  const shown = page.getByRole('status').filter({ hasText: 'I dati riservati sono visibili' });
  await shown.waitFor();
  const text = await page.getByRole('main').innerText();
  for (const said of seen) assert.ok(text.includes(said), `${said} cannot be read`);
  await look(page, 'Ufficio, dati riservati');
  await click(page, 'Nascondi i dati riservati');
  await shown.waitFor({ state: 'detached' });
}

// Everything that happens between families and office, once, for whoever wants to look at each page of it.
import { newPage } from '../browser.mjs';
import { click, fill, heading } from '../labels.mjs';
import { arrive, consult, enterPortal, look } from '../passi.mjs';
import { signIn } from '../signin.mjs';
import { aspettaAddebito, leggiEsitoBanca, mandaInBanca, rifiuto, trovaInsoluto } from './addebiti.mjs';
import { presentaDomanda } from './domanda.mjs';
import { altroGenitore, leggiEsito, osserva, ritira } from './esito.mjs';
import { presentaPerDue } from './famiglia.mjs';
import { ELENA, MARIA, SAMIR, intero } from './gente.mjs';
import { dueFinestre, eliminaBozza, erroriSpid, sessioneScaduta } from './intoppi.mjs';
import { entra, leggiFattura, pagaConAvviso, pagaOnline, pagaSpontaneo, serviziScolastici } from './rette.mjs';
import { accogli, apri, apriRiservati, daiPreavviso, entraInUfficio, prendiInCarico, respingi } from './ufficio.mjs';

// `watcher(page, name)` sees each page under its name, the same name as often as the story comes by. `volta`: how often it
// was told before in this portal, 0 or 1.
export async function racconta({ browser, portal, way, watcher, chi, volta }) {
  const scene = { browser, portal, way, watcher };
  const first = await presentaDomanda({ ...scene, chi });
  const two = await presentaPerDue(scene);
  const [tommaso, sofia] = two.pratiche.map(({ numero }) => numero);
  const diets = await entraInUfficio({ ...scene, name: 'Laura Riva' });
  await apri(diets, first.numero);
  await apriRiservati(diets, { seen: [] });
  const desk = await entraInUfficio(scene);
  await apri(desk, first.numero);
  await prendiInCarico(desk);
  await accogli(desk);
  await apri(desk, tommaso);
  await prendiInCarico(desk);
  await daiPreavviso(desk);
  await osserva({ page: two.page, portal, numero: tommaso });
  await apri(desk, tommaso);
  await prendiInCarico(desk);
  await respingi(desk);
  await vuota(desk);
  await leggiEsito({ page: first.page, portal, numero: first.numero, accolta: true });
  await leggiEsito({ page: two.page, portal, numero: tommaso, accolta: false });
  await ritira({ page: two.page, numero: sofia });
  for (const page of [first.page, two.page, diets, desk]) await page.context().close();
  await rette(scene);
  await addebiti(scene, volta);
  await altroGenitore(scene);
  await erroriSpid({ ...scene, errori: [[19, /./], [20, /./], [21, /./], [22, /./], [23, /./], [25, /./]] });
  await rifiutati(scene);
  await interrotta(scene);
}

// An invoice, its payment, and somebody who pays without signing in.
async function rette(scene) {
  const page = await entra({ ...scene, chi: intero(MARIA), dove: 'Documenti contabili' });
  await leggiFattura(page, MARIA.iscritto);
  await serviziScolastici(page, 'Pagamento servizi scolastici');
  await pagaOnline(page, scene.portal);
  await page.context().close();
  await pagaSpontaneo(scene, { pagante: ELENA, alunno: 'Fumagalli Matilde', importo: '12,30' });
}

// A collection that the bank refuses, paid at the door from its notice.
async function addebiti(scene, volta) {
  const desk = await entraInUfficio(scene);
  const file = await mandaInBanca(desk);
  const page = await entra({ ...scene, chi: intero(ELENA), dove: 'Pagamento servizi scolastici' });
  await aspettaAddebito(page, rifiuto(file, volta).numero);
  const numero = await leggiEsitoBanca(desk, file, volta);
  const avviso = await trovaInsoluto(page, scene.portal, numero);
  await pagaConAvviso(scene, { ...avviso, cf: ELENA.codice });
  for (const visit of [desk, page]) await visit.context().close();
}

// A search without result.
async function vuota(desk) {
  await desk.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Pratiche' }).click();
  await fill(desk, 'Numero della pratica o nome', 'nessuno si chiama così');
  await click(desk, 'Cerca');
  await desk.getByText('Nessuna pratica trovata').waitFor();
  await look(desk, 'Ufficio, nessuna pratica trovata');
}

// Who may not come in: a minor, and somebody without a role in the office.
async function rifiutati({ browser, portal, way, watcher }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await enterPortal(page, portal);
  await click(page, 'Accedi', { first: true });
  await signIn(page, 'Luca Moretti');
  await arrive(page, 'Accesso riservato ai maggiorenni');
  await click(page, 'Mappa del sito');
  await click(page, 'Accesso per il personale');
  await signIn(page, 'Giulia Bianchi');
  await page.getByRole('heading', { level: 1, name: 'Non hai un ruolo in questo ufficio' }).waitFor();
  await look(page, await heading(page));
  await page.goto(`${portal.url}/calvenzano/non-esiste`);
  await page.getByRole('heading', { level: 1, name: 'Pagina non trovata' }).waitFor();
  await look(page, 'Pagina non trovata');
  await page.context().close();
}

// A draft with its summary before it is complete, a session that ends, two windows, and the end of the draft.
async function interrotta(scene) {
  const via = 'Via delle Robinie 5';
  const page = await sessioneScaduta({ ...scene, chi: SAMIR, via });
  await dueFinestre({ page, via });
  await eliminaBozza({ page });
  await consult(page);
  await arrive(page, 'Nessuna iscrizione trovata');
  await enterPortal(page, scene.portal);
  await page.context().close();
}


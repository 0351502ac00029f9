// A parent's first application, everything typed, with the mistakes and interruptions of a real evening (G1-G8).
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { choose, click, fill, fillDate, fromMenu, select, tick, upload } from '../labels.mjs';
import { arrive, consult, enterPortal, follow, next, numbers, refused, riga, startModello, until } from '../passi.mjs';
import { letterWith, says, textOf } from '../posta.mjs';
import { signIn } from '../signin.mjs';
import { RISERVATI, certificato, intero } from './gente.mjs';

const MODELLO = /^Modello iscrizione mensa/;
const SCUOLA = "Scuola dell'infanzia Arcobaleno";
const FILE = { name: RISERVATI.file, mimeType: 'application/pdf', buffer: certificato(RISERVATI.certificato) };
const VIA = 'Vicolo del Gelso 14';

// Files for the child of `chi`; answers { page, numero, protocollo }, the page on the list of pratiche.
export async function presentaDomanda({ browser, portal, way, watcher, chi }) {
  const device = async () => Object.assign(await newPage(browser, way), { watcher });
  let page = await device();
  await enterPortal(page, portal);
  await startModello(page, intero(chi));
  await click(page, 'Continua');
  await privacy(page);
  await richiedente(page, chi);
  await figlio(page, chi.figlio);
  await sospendi(page, chi.figlio);
  await page.context().close();

  page = await device();
  await riprendi(page, portal, chi);
  await scuola(page, chi.figlio);
  await dieta(page, chi.figlio);
  await pagamento(page, chi);
  await riepilogo(page, chi);
  const filed = await inviata(page, portal, chi);
  return { page, ...filed };
}

async function privacy(page) {
  await arrive(page, 'Informativa sulla privacy');
  await refused(page, 'Avanti', /^Spunta la casella «Ho letto/);
  await tick(page, "Ho letto l'informativa sulla privacy");
  await next(page, 'Chi fa la domanda');
}

async function richiedente(page, chi) {
  // Known from the sign-in and not to be typed again.
  const known = await page.getByRole('main').innerText();
  assert.match(known, new RegExp(`Cognome\\s+${chi.cognome} dal tuo accesso`));
  assert.equal(await page.getByLabel('E-mail').inputValue(), `${intero(chi).toLowerCase().replace(' ', '.')}@posta.example`);
  await choose(page, 'In qualità di', 'Genitore');
  await fill(page, 'Indirizzo di residenza', VIA);
  await fill(page, 'CAP', '240');
  await fill(page, 'E-mail', 'manca-la-chiocciola');
  await refused(page, 'Avanti', [/^Scrivi «CAP» con 5 cifre/, /^Scrivi «Comune di residenza»/, /^Scrivi «E-mail»/]);
  // Nothing that was typed is lost, what is wrong included.
  assert.ok(await page.getByLabel('Genitore').isChecked());
  assert.equal(await page.getByLabel('Indirizzo di residenza').inputValue(), VIA);
  assert.equal(await page.getByLabel('CAP').inputValue(), '240');
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'manca-la-chiocciola');
  assert.match(await described(page.getByLabel('CAP')), /Scrivi «CAP» con 5 cifre/);
  await fill(page, 'CAP', '24040');
  await fill(page, 'Comune di residenza', 'Calvenzano');
  await fill(page, 'E-mail', `${chi.nome.toLowerCase()}.${chi.cognome.toLowerCase()}@posta.example`);
  await next(page, 'Figli da iscrivere');
}

// What a reader says with a field: its hints and its error.
function described(field) {
  return field.evaluate((input) =>
    (input.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent).join(' '));
}

async function figlio(page, { codice, cognome, nome, nascita }) {
  await refused(page, 'Avanti', /^Aggiungi almeno una voce/);
  await click(page, 'Aggiungi figlio');
  await fill(page, 'Codice fiscale del figlio', codice.slice(0, 14));
  await fill(page, 'Cognome del figlio', cognome);
  await fill(page, 'Nome del figlio', nome);
  await fillDate(page, 'Data di nascita del figlio', [31, 2, nascita[2]]);
  await refused(page, 'Avanti', [/mancano 2 caratteri/, /^Scrivi .*Data di nascita del figlio.* con giorno, mese e anno/]);
  assert.equal(await page.getByLabel('Codice fiscale del figlio').inputValue(), codice.slice(0, 14));
  assert.equal(await page.getByLabel('Giorno').inputValue(), '31');
  // Lower case and blanks are how people copy it from the card.
  await fill(page, 'Codice fiscale del figlio', codice.toLowerCase().replace(/^(.{6})/, '$1 '));
  await fillDate(page, 'Data di nascita del figlio', nascita);
  await next(page, 'Scuola e giorni di mensa');
}

// Stops in the middle of a page that is not complete (G5).
async function sospendi(page, { nome, cognome }) {
  const row = riga(page, new RegExp(`${nome} ${cognome}`));
  await row.getByLabel(SCUOLA).first().check();
  await row.getByLabel('mercoledì').check();
  await click(page, 'Sospendi');
  await arrive(page, 'Bozza salvata');
  assert.match(await page.getByRole('main').innerText(), /Bozza salvata il .* alle .*La domanda non è ancora inviata/s);
}

// From another device: another browser, nothing remembered.
async function riprendi(page, portal, chi) {
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
  await click(page, 'Continua');
  await arrive(page, 'Scuola e giorni di mensa');
}

async function scuola(page, { nome, cognome }) {
  const row = riga(page, new RegExp(`${nome} ${cognome}`));
  assert.ok(await row.getByLabel(SCUOLA).first().isChecked(), 'the school chosen before is lost');
  assert.ok(await row.getByLabel('mercoledì').isChecked(), 'the day chosen before is lost');
  await refused(page, 'Avanti', /^Scegli una risposta per «Classe o sezione»/);
  await select(page, 'Classe o sezione', `sezione Girasoli (${SCUOLA})`);
  await row.getByLabel('lunedì').check();
  await next(page, 'Dieta');
}

async function dieta(page, { nome, cognome }) {
  await choose(page, 'Dieta', 'Dieta per motivi di salute');
  await next(page, 'Dettagli della dieta');
  await fillDate(page, 'Il certificato vale fino al', [1, 2, 2020]);
  await upload(page, 'Certificato del medico', { ...FILE, name: 'appunti.exe', buffer: Buffer.from('MZ') });
  await refused(page, 'Avanti', [/Certificato del medico/, /certificato è scaduto/]);
  await fillDate(page, 'Il certificato vale fino al', RISERVATI.scadenza);
  await upload(page, 'Certificato del medico', FILE);
  await next(page, 'Tariffa e pagamento');
  // The file stays with the draft, and can be seen and removed.
  await click(page, 'Indietro');
  await arrive(page, 'Dettagli della dieta');
  assert.match(await riga(page, new RegExp(`${nome} ${cognome}`)).innerText(), new RegExp(`File già caricato: ${RISERVATI.file}`));
  await next(page, 'Tariffa e pagamento');
}

async function pagamento(page, chi) {
  await choose(page, 'ISEE', 'Dichiaro il mio ISEE');
  await choose(page, 'Modalità di pagamento', 'Addebito SDD');
  await next(page, 'Dettagli del pagamento');
  await fill(page, 'Valore ISEE', RISERVATI.isee);
  await fill(page, 'IBAN', RISERVATI.iban.replace(/4$/, '5'));
  await tick(page, 'Autorizzo il Comune ad addebitare');
  await refused(page, 'Avanti', /^Controlla «IBAN»/);
  assert.equal((await page.getByLabel('IBAN').inputValue()).replaceAll(' ', ''), RISERVATI.iban.replace(/4$/, '5'));
  assert.match(await page.getByLabel('Intestatario del conto').inputValue(), new RegExp(chi.cognome, 'i'));
  await fill(page, 'IBAN', RISERVATI.iban);
  await next(page, 'Riepilogo');
}

async function riepilogo(page, chi) {
  const text = await page.getByRole('main').innerText();
  assert.match(text, /Le informazioni che hai fornito hanno valore di dichiarazione\. Verifica che siano corrette\./);
  for (const words of [chi.cognome, chi.figlio.nome, VIA, SCUOLA, 'sezione Girasoli', RISERVATI.file]) assert.ok(text.includes(words), words);
  // One answer is changed on the way, and the person is brought back here.
  await click(page, 'Modifica Chi fa la domanda');
  await arrive(page, 'Chi fa la domanda');
  await fill(page, 'Cellulare', '333 765 4321');
  await next(page, 'Riepilogo');
  assert.match(await page.getByRole('main').innerText(), /333 765 4321/);
  await refused(page, 'Invia', /^Spunta la casella «Dichiaro che i dati sono veri»/);
  await tick(page, 'Dichiaro che i dati sono veri');
  await page.getByRole('button', { name: 'Invia', exact: true }).dblclick();
}

// Exactly one pratica, its numbers, its receipt on the page and in the letter (G6).
async function inviata(page, portal, chi) {
  const { text, pratiche, protocollo } = await numbers(page);
  assert.equal(pratiche.length, 1, text);
  const [{ numero }] = pratiche;
  const receipt = await ricevuta(page);
  for (const said of [numero, protocollo, chi.figlio.nome, chi.figlio.cognome]) assert.ok(says(receipt, said), `the receipt lacks ${said}`);
  assert.ok(!receipt.replaceAll(/\s/g, '').includes(RISERVATI.iban), 'the receipt holds the IBAN');

  const letter = await letterWith(page, portal, [numero, protocollo]);
  assert.ok(says(letter.receipt, numero) && says(letter.receipt, protocollo), 'the letter has another receipt');
  await click(page, 'Consulta la richiesta');
  await arrive(page, new RegExp(`${chi.figlio.nome} ${chi.figlio.cognome}`));
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  assert.equal(await page.getByRole('main').getByRole('link', { name: numero, exact: true }).count(), 1, 'not exactly one pratica');
  return { numero, protocollo };
}

// The receipt's text, downloaded from the confirmation.
export async function ricevuta(page) {
  const link = page.getByRole('main').getByRole('link', { name: /^Scarica la ricevuta \(PDF, .*\)$/ });
  await until(page, 'Aggiorna la pagina', link);
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.match(download.suggestedFilename(), /^ricevuta.*\.pdf$/);
  return textOf(await download.path());
}

// The second half of the guide: invoices (G10), payments (G12, G13), the payment door (G14).
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { choose, click, fill, fromMenu } from '../labels.mjs';
import { arrive, enterPortal, follow, look, refused, until } from '../passi.mjs';
import { documentOf } from '../pdf.mjs';
import { letterWith } from '../posta.mjs';
import { signIn } from '../signin.mjs';
import { PAOLO, intero } from './gente.mjs';

const CF_ENTE = '00000010165';
// The same words for a number that nobody was sent and for somebody else's.
const NESSUN_AVVISO = 'Nessun avviso da pagare con questi dati. Controlla il codice e il codice fiscale.';

// "81,00 €" as a number of cents.
const cents = (words) => Number(words.replace(/[^\d]/g, ''));
// Rows of a table by words in them.
const rows = (page, words) => page.getByRole('row').filter({ hasText: words });

// From the comune's site to one of the two pages for parents, signed in when it is asked.
export async function entra({ browser, portal, way, watcher, chi, dove }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await enterPortal(page, portal);
  await serviziScolastici(page, dove);
  await arrive(page, 'Accedi');
  await signIn(page, chi);
  return page;
}

export async function serviziScolastici(page, dove) {
  await fromMenu(page, 'Servizi scolastici');
  await arrive(page, 'Servizi scolastici');
  await follow(page, dove);
}

// G10: child's name, number of the retta, storico, Allegati, PDF.
export async function leggiFattura(page, figlio) {
  await arrive(page, 'Documenti contabili');
  await follow(page, figlio);
  await arrive(page, figlio);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: /\d+\/M\/\d{4}/ }) }).first();
  const number = row.getByRole('link', { name: /^\d+\/M\/\d{4}$/ });
  const numero = await number.innerText();
  const importo = (await row.innerText()).match(/\d[\d.]*,\d\d\s€/)[0];
  await number.click();
  await arrive(page, `Fattura n. ${numero}`);
  assert.match(await page.getByRole('main').innerText(), /Storico documenti contabili/);
  for (const scheda of ['Dettaglio', 'Pagamenti', 'Allegati']) {
    await page.getByRole('navigation', { name: 'Schede del documento' }).getByRole('link', { name: scheda }).click();
    await page.getByRole('heading', { level: 2, name: scheda }).waitFor();
    await arrive(page, `Fattura n. ${numero}`);
  }
  const fattura = page.getByRole('link', { name: /^Fattura n\. .* \(PDF, \d+ KB\)$/ });
  await until(page, 'Aggiorna la pagina', fattura);
  const { text, codes } = await documentOf(page, fattura);
  for (const said of [numero, importo.replace(/\s€$/, ''), figlio]) assert.ok(text.includes(said), `the invoice lacks ${said}:\n${text}`);
  return { numero, importo, text, codes };
}

// What the code on a notice says must be what the page says.
export function checkCode(codes, codice, importo) {
  assert.deepEqual(codes, [`PAGOPA|002|${codice.replace(/\s/g, '')}|${CF_ENTE}|${cents(importo)}`]);
}

// G12 on paper: the printed notice with amount, number and code.
export async function stampaAvviso(page) {
  await arrive(page, 'Pagamento servizi scolastici');
  const row = page.getByRole('row').filter({ has: page.getByRole('checkbox') }).first();
  const [numero] = (await row.innerText()).match(/\d+\/M\/\d{4}/);
  const importo = (await row.innerText()).match(/\d[\d.]*,\d\d\s€/)[0];
  const { text, codes } = await documentOf(page, row.getByRole('link', { name: /^Stampa avviso/ }));
  const [codice] = text.match(/\d{4} \d{4} \d{4} \d{4} \d\d/);
  assert.ok(text.includes(importo.replace(/\s€$/, '')), `the notice lacks ${importo}`);
  checkCode(codes, codice, importo);
  return { codice, importo, numero };
}

// G12 online: one or more debts into one cart, to the payment site and back. Answers what was paid.
export async function pagaOnline(page, portal) {
  await arrive(page, 'Pagamento servizi scolastici');
  await refused(page, 'Paga online', 'Scegli almeno una retta da pagare');
  const row = page.getByRole('row').filter({ has: page.getByRole('checkbox') }).first();
  const [numero] = (await row.innerText()).match(/\d+\/M\/\d{4}/);
  await row.getByRole('checkbox').check();
  await pagaDaPagina(page, portal, numero);
  return { numero };
}

// Pays the one debt that is ticked, and finds it paid.
export async function pagaDaPagina(page, portal, numero) {
  await click(page, 'Aggiorna il totale');
  assert.match(await page.getByRole('status').innerText(), /Totale scelto, 1 retta/);
  await click(page, 'Paga online');
  await arrive(page, 'Stai per andare su pagoPA');
  assert.ok((await page.getByRole('main').innerText()).includes(numero), `${numero} is not in the cart`);
  await click(page, 'Vai su pagoPA');
  await alSitoDiPagamento(page, portal);
  await arrive(page, /^(In verifica|Pagato)$/);
  const paid = page.getByRole('heading', { level: 1, name: 'Pagato' });
  await until(page, 'Aggiorna lo stato', paid);
  const text = await page.getByRole('main').innerText();
  assert.ok(text.includes(numero) && /Identificativo della ricevuta/.test(text), text);
  await letterWith(page, portal, ['Abbiamo ricevuto il tuo pagamento'], { receipt: false });
  await click(page, 'Torna alle rette');
  await pagata(page, numero);
}

// The list says that a debt is paid, as soon as the receipt is here.
export async function pagata(page, numero) {
  await arrive(page, 'Pagamento servizi scolastici');
  const row = rows(page, numero);
  for (let turn = 0; turn < 50 && !/Pagato il/.test(await row.innerText()); turn += 1) {
    await page.waitForTimeout(200);
    await page.reload();
  }
  assert.match(await row.innerText(), /Pagato il/);
}

// The payment site, by what can be read there.
async function alSitoDiPagamento(page, portal) {
  const ours = new URL(portal.url).origin;
  // The page on the way has a button for browsers that do not go on by themselves.
  await page.waitForURL((url) => url.origin !== ours);
  assert.match(await page.locator('body').innerText(), /SIMULAZIONE/);
  await fill(page, 'Indirizzo e-mail', 'chi.paga@posta.example');
  await click(page, 'Continua');
  for (let step = 0; step < 2; step += 1) {
    await page.getByRole('radio').first().check();
    await click(page, 'Continua');
  }
  await page.getByRole('heading', { name: 'Controlla e paga' }).waitFor();
  await click(page, /^Paga \d/);
  await page.waitForURL((url) => url.origin === ours);
}

// At a counter: the number and the fiscal code of the ente are typed, as they stand on the notice.
export async function inTabaccheria({ browser, portal, way }, { codice, importo }) {
  const page = await newPage(browser, way);
  await page.goto(portal.simUrl);
  await click(page, /^Tabaccheria/);
  await fill(page, 'Codice avviso', codice);
  await fill(page, 'Codice fiscale dell', CF_ENTE);
  await click(page, 'Cerca');
  await page.getByRole('heading', { name: 'Importo da pagare' }).waitFor();
  assert.ok((await page.locator('body').innerText()).includes(importo.replace(/\s€$/, '')));
  await click(page, 'Paga in contanti');
  await page.getByRole('heading', { name: 'Pagamento eseguito' }).waitFor();
  await page.context().close();
}

// G13: what the bank is going to debit is shown and cannot be paid.
export async function inAddebito(page) {
  await arrive(page, 'Pagamento servizi scolastici');
  const row = rows(page, /In addebito SDD/).first();
  assert.match(await row.innerText(), /qui non si può pagare/);
  assert.equal(await row.getByRole('checkbox').count(), 0, 'a debt that is being debited can be ticked');
}

// G14: without signing in, from the home page to the three ways to pay.
async function allaPorta({ browser, portal, way, watcher }) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await enterPortal(page, portal);
  await follow(page, 'PagoPA');
  await page.getByRole('heading', { level: 1, name: 'Pagamenti pagoPA' }).waitFor();
  await fill(page, 'Cerca il comune', 'calvenzano');
  await click(page, 'Cerca');
  await page.getByRole('link', { name: /Comune di Calvenzano/ }).click();
  await arrive(page, /Comune di Calvenzano/);
  const columns = await page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts();
  assert.deepEqual(columns, ['Pagamento con avviso', 'Pagamento spontaneo', 'I miei pagamenti']);
  return page;
}

// G14 with a notice: number and fiscal code of its addressee, from whatever paper it is read.
export async function pagaConAvviso(scene, { codice, importo, cf }) {
  const page = await allaPorta(scene);
  await follow(page, 'Paga con avviso');
  await arrive(page, 'Paga con avviso');
  await refused(page, 'Vai al pagamento', ['Scrivi senza errori «Codice avviso»', 'Scrivi senza errori «Codice fiscale del destinatario»']);
  await fill(page, 'Codice avviso', codice);
  await fill(page, 'Codice fiscale del destinatario', PAOLO.codice);
  await refused(page, 'Vai al pagamento', NESSUN_AVVISO);
  await fill(page, 'Codice avviso', altroCodice(codice));
  await fill(page, 'Codice fiscale del destinatario', cf.toLowerCase());
  await refused(page, 'Vai al pagamento', NESSUN_AVVISO);
  await fill(page, 'Codice avviso', codice);
  await click(page, 'Vai al pagamento');
  await arrive(page, 'Riepilogo del pagamento');
  const text = await page.getByRole('main').innerText();
  assert.ok(text.includes(codice) && text.includes(importo.replace(/\s€$/, '')), text);
  assert.match(text, /Pagamento con avviso/);
  assert.match(text, new RegExp(`Codice fiscale del destinatario\\s+${cf}`));
  const avviso = await documentOf(page, page.getByRole('link', { name: 'Stampa avviso' }));
  checkCode(avviso.codes, codice, importo);
  await click(page, 'Paga online');
  await alSitoDiPagamento(page, scene.portal);
  await until(page, 'Aggiorna lo stato', page.getByRole('heading', { level: 1, name: 'Pagato' }));
  await look(page, 'Pagato alla porta');
  assert.match(await page.getByRole('main').innerText(), /Identificativo della ricevuta/);
  assert.equal(await page.getByRole('link', { name: 'Aggiorna lo stato' }).count(), 0, 'a paid notice is looked at again');
  await page.context().close();
}

// Another right number of the same ente, which nobody was sent: the check digits are those of the next one.
function altroCodice(codice) {
  const digits = codice.replace(/\s/g, '');
  const body = BigInt(digits.slice(0, 16)) + 900_000n;
  return `${body}${String(body % 93n).padStart(2, '0')}`;
}

// G14 without a notice.
export async function pagaSpontaneo({ browser, portal, way, watcher }, { pagante, alunno, importo }) {
  const page = await allaPorta({ browser, portal, way, watcher });
  await follow(page, 'Mensa scolastica');
  await arrive(page, 'Mensa scolastica');
  await compila(page, { pagante, alunno });
  await fill(page, 'Importo', '10.000');
  await refused(page, 'Vai al pagamento', /10\.000 può voler dire dieci o diecimila euro/);
  await fill(page, 'Importo', importo);
  await click(page, 'Vai al pagamento');
  await arrive(page, 'Riepilogo del pagamento');
  const summary = await page.getByRole('main').innerText();
  const [codice] = summary.match(/\d{4} \d{4} \d{4} \d{4} \d\d/);
  const avviso = await documentOf(page, page.getByRole('link', { name: 'Stampa avviso' }));
  checkCode(avviso.codes, codice, importo);
  assert.ok(!avviso.text.includes(alunno), 'the notice names the child');
  await click(page, 'Paga online');
  await alSitoDiPagamento(page, portal);
  await until(page, 'Aggiorna lo stato', page.getByRole('heading', { level: 1, name: 'Pagato' }));
  await page.context().close();
  return { codice };
}

async function compila(page, { pagante, alunno }) {
  await refused(page, 'Vai al pagamento', ['Scrivi nome e cognome del genitore', 'Scegli almeno un mese']);
  await fill(page, 'C. Fiscale/P. IVA', pagante.codice.toLowerCase());
  await fill(page, 'Ragione sociale', intero(pagante));
  await fill(page, 'E-mail', 'chi.paga@posta.example');
  await fill(page, 'Cognome e nome beneficiario del servizio', alunno);
  await page.getByRole('group', { name: 'Periodo' }).getByRole('checkbox').nth(2).check();
  await choose(page, 'Struttura', 'Scuola primaria');
}

// G11: the other parent finds nothing here either.
export async function altroGenitoreSenzaRette(scene) {
  const page = await entra({ ...scene, chi: intero(PAOLO), dove: 'Documenti contabili' });
  await arrive(page, 'Nessuna iscrizione trovata');
  assert.doesNotMatch(await page.getByRole('main').innerText(), /Maria|Colleoni|Tommaso|Sofia/);
  await page.context().close();
}

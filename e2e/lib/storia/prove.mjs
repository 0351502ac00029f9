// Four families whose application is not the plain one, each with the mistakes that such a family makes: three children with
// one special diet, a guardian, a child without codice fiscale, and somebody who comes back after three weeks.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPage } from '../browser.mjs';
import { answered, choose, click, fill, fillDate, tick, upload } from '../labels.mjs';
import { arrive, consult, look, next, numbers, refused, riga } from '../passi.mjs';
import { letterWith, says } from '../posta.mjs';
import { giorno } from '../scena.mjs';
import { pubblica, riprendi } from './bozze.mjs';
import { ricevuta } from './domanda.mjs';
import { INFANZIA, PRIMARIA, aggiungiFiglio, apreDomanda, pagaConAvvisi, richiedente, scegliScuola, scriviFiglio } from './pagine.mjs';
import { certificato } from './gente.mjs';
import { apriPratica } from './esito.mjs';
import { accogli, apri, apriRiservati, entraInUfficio, prendiInCarico } from './ufficio.mjs';

const MB = 1024 * 1024;
const BUONO = { name: 'certificato.pdf', mimeType: 'application/pdf', buffer: certificato('Celiachia: dieta senza glutine') };
const ATTO = { name: 'decreto-tutela.pdf', mimeType: 'application/pdf', buffer: certificato('Decreto di nomina del tutore') };
const TESTO = { name: 'certificato.docx', mimeType: 'application/msword', buffer: Buffer.from('PK\u0003\u0004 un testo') };
const TRAVESTITO = { ...TESTO, name: 'certificato.pdf', mimeType: 'application/pdf' };
const GRANDE = { ...BUONO, buffer: Buffer.concat([BUONO.buffer, Buffer.alloc(6 * MB, 32)]) };
const VUOTO = { ...BUONO, buffer: Buffer.alloc(0) };

// A class of another name, and the head of a file of families.
const NUOVA = 'sezione Tulipani';
const CAPO = 'plesso_codice;plesso;grado;classe_codice;classe;alunno_codice_fiscale;alunno_cognome;alunno_nome;alunno_nascita;pagante_codice_fiscale;pagante_cognome;pagante_nome;pagante_email';

const device = async ({ browser, way, watcher }) => Object.assign(await newPage(browser, way), { watcher });
const testo = (page) => page.getByRole('main').innerText();

// Files that cannot be taken: each is refused at its question, in words that say which file to send.
async function fileSbagliati(page, domanda, files) {
  for (const [file, words] of files) {
    await upload(page, domanda, file);
    await refused(page, 'Avanti', words);
  }
}

// Ticks and sends, pressing twice as people do; answers the numbers, and the text of the receipt.
async function invia(page) {
  await tick(page, 'Dichiaro che i dati sono veri');
  await page.getByRole('button', { name: 'Invia', exact: true }).dblclick();
  const sent = await numbers(page);
  const receipt = await ricevuta(page);
  for (const said of [sent.protocollo, ...sent.pratiche.map(({ numero }) => numero)]) assert.ok(says(receipt, said), `the receipt lacks ${said}`);
  await page.reload();
  await arrive(page, 'Richiesta inviata');
  return { ...sent, receipt };
}

// A parent of three; the middle one has a diet for health reasons.
export async function treFigli({ browser, portal, way, watcher, chi, figli }) {
  const page = await device({ browser, way, watcher });
  await apreDomanda(page, portal, chi);
  await richiedente(page);
  await next(page, 'Figli da iscrivere');
  const [primo, secondo, terzo] = figli;
  const row = await aggiungiFiglio(page, 1);
  await scriviFiglio(row, { ...primo, codice: chi.codice });
  await refused(page, 'Avanti', /Scrivi il codice fiscale del figlio\. Il tuo va scritto solo/);
  await fill(row, 'Codice fiscale del figlio', primo.codice);
  await scriviFiglio(await aggiungiFiglio(page, 2), primo);
  await refused(page, 'Avanti', /Hai già aggiunto questo figlio/);
  await scriviFiglio(page.getByRole('group', { name: /^Figlio 2/ }), secondo);
  const last = await aggiungiFiglio(page, 3);
  await scriviFiglio(last, { ...terzo, codice: terzo.codice.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A')) });
  await refused(page, 'Avanti', /una lettera o una cifra non è giusta/);
  await fill(last, 'Codice fiscale del figlio', terzo.codice);
  await next(page, 'Scuola e giorni di mensa');

  await scegliScuola(page, primo.nome, PRIMARIA);
  await scegliScuola(page, secondo.nome, INFANZIA);
  // Halfway the parent looks back, and finds on return what was chosen.
  await click(page, 'Indietro');
  await arrive(page, 'Figli da iscrivere');
  await next(page, 'Scuola e giorni di mensa');
  assert.ok(await riga(page, new RegExp(secondo.nome)).getByLabel(INFANZIA.scuola).first().isChecked(), 'Indietro loses what was chosen');
  await refused(page, 'Avanti', [new RegExp(`«Scuola» di ${terzo.nome}`), new RegExp(`«Giorni di mensa» di ${terzo.nome}`)]);
  await scegliScuola(page, terzo.nome, { scuola: PRIMARIA.scuola, classe: '3ª A' });
  await next(page, 'Dieta');
  await refused(page, 'Avanti', figli.map(({ nome }) => new RegExp(`«Dieta» di ${nome}`)));
  for (const { nome } of [primo, terzo]) await riga(page, new RegExp(nome)).getByLabel('Nessuna dieta speciale').check();
  await riga(page, new RegExp(secondo.nome)).getByLabel('Dieta per motivi di salute').check();
  await next(page, 'Dettagli della dieta');
  await certificatoDi(page, secondo);
  await pagaConAvvisi(page);

  const summary = await testo(page);
  assert.match(summary, /Con Invia presenti 3 pratiche, una per ogni figlio\./);
  assert.equal(summary.match(/certificato\.pdf/g).length, 1);
  const sent = await invia(page);
  assert.deepEqual(sent.pratiche.map(({ chi: nome }) => nome), figli.map(({ nome, cognome }) => `${nome} ${cognome}`));
  const letter = await letterWith(page, portal, sent.pratiche.map(({ numero }) => numero));
  for (const told of [sent.receipt, letter.text]) assert.ok(!/motivi di salute|certificato\.pdf/i.test(told), `the diet is told: ${told}`);
  return { page, ...sent };
}

// The certificate with everything that goes wrong with it.
async function certificatoDi(page, { nome }) {
  assert.equal(await page.getByRole('group', { name: /^Figlio/ }).count(), 1, 'a child without a diet is asked for it');
  await refused(page, 'Avanti', [/^Carica il file «Certificato del medico»/, /«Il certificato vale fino al»/]);
  await fillDate(page, 'Il certificato vale fino al', giorno(300));
  const tipo = new RegExp(`«Certificato del medico» di ${nome}.*un file PDF, JPEG o PNG`);
  const rotto = /questo è vuoto o non si apre/;
  await fileSbagliati(page, 'Certificato del medico', [[TESTO, tipo], [TRAVESTITO, tipo], [GRANDE, /un file più piccolo: al massimo 5 MB/], [VUOTO, rotto]]);
  await upload(page, 'Certificato del medico', BUONO);
  await fillDate(page, 'Il certificato vale fino al', giorno(-3));
  await refused(page, 'Avanti', /Il certificato è scaduto/);
  // The good file is kept though the date was wrong; it can be taken away and sent anew.
  assert.match(await testo(page), /File già caricato: certificato\.pdf/);
  await click(page, /^Rimuovi\s+il file certificato\.pdf/);
  await page.getByText('File già caricato').waitFor({ state: 'detached' });
  await fillDate(page, 'Il certificato vale fino al', giorno(300));
  await upload(page, 'Certificato del medico', BUONO);
  await next(page, 'Tariffa e pagamento');
}

// What the office sees of the three: the diet is for who keeps diets, with a reason.
export async function ufficioTreFigli({ browser, portal, way, watcher, pratiche }) {
  const [primo, secondo] = pratiche.map(({ numero }) => numero);
  const desk = await entraInUfficio({ browser, portal, way, watcher });
  await apri(desk, secondo);
  const closed = await testo(desk);
  assert.match(closed, /Il tuo ruolo non può leggerli\./);
  assert.ok(!closed.includes(BUONO.name) && !/motivi di salute/.test(closed), 'a clerk reads the diet');
  const diets = await entraInUfficio({ browser, portal, way, watcher, name: 'Laura Riva' });
  await apri(diets, secondo);
  await apriRiservati(diets, { seen: ['Dieta per motivi di salute', BUONO.name] });
  await diets.context().close();
  await prendiInCarico(desk);
  await accogli(desk);
  await apri(desk, primo);
  await desk.context().close();
}

// A guardian: the act of the court is asked for, and looked at by the office.
export async function tutore({ browser, portal, way, watcher, chi }) {
  const page = await device({ browser, way, watcher });
  await apreDomanda(page, portal, chi);
  await richiedente(page, 'Tutore');
  await next(page, 'Altri dati di chi fa la domanda');
  await refused(page, 'Avanti', /^Carica il file «Atto di tutela o di affidamento»/);
  await fileSbagliati(page, 'Atto di tutela', [[TESTO, /un file PDF, JPEG o PNG/], [GRANDE, /un file più piccolo: al massimo 5 MB/], [VUOTO, /questo è vuoto o non si apre/]]);
  await upload(page, 'Atto di tutela', ATTO);
  await next(page, 'Figli da iscrivere');
  await click(page, 'Indietro');
  await arrive(page, 'Altri dati di chi fa la domanda');
  assert.match(await testo(page), /File già caricato: decreto-tutela\.pdf/);
  await next(page, 'Figli da iscrivere');
  const { figlio } = chi;
  await scriviFiglio(await aggiungiFiglio(page, 1), figlio);
  await next(page, 'Scuola e giorni di mensa');
  await scegliScuola(page, figlio.nome, INFANZIA);
  await next(page, 'Dieta');
  await riga(page, new RegExp(figlio.nome)).getByLabel('Nessuna dieta speciale').check();
  await next(page, 'Tariffa e pagamento');
  await pagaConAvvisi(page);
  assert.ok((await testo(page)).includes(ATTO.name), 'the act is not in the summary');
  const sent = await invia(page);
  assert.ok(sent.receipt.includes(ATTO.name), 'the receipt does not name the act');
  const desk = await entraInUfficio({ browser, portal, way, watcher });
  await apri(desk, sent.pratiche[0].numero);
  assert.match(await testo(desk), /In qualità di\s+Tutore/i);
  // Without a viewer of PDF, a browser downloads what stands in the frame beside the answers, too: that is not the one that is clicked.
  const clicked = (download) => !download.url().endsWith('/vedi');
  const [file] = await Promise.all([
    desk.waitForEvent('download', clicked),
    desk.getByRole('link', { name: ATTO.name, exact: true }).click(),
  ]);
  assert.equal(file.suggestedFilename(), ATTO.name);
  await prendiInCarico(desk);
  await accogli(desk);
  for (const visit of [page, desk]) await visit.context().close();
}

// A child who has no codice fiscale yet.
export async function senzaCodice({ browser, portal, way, watcher, chi, figlio }) {
  const page = await device({ browser, way, watcher });
  await apreDomanda(page, portal, chi);
  await richiedente(page);
  await next(page, 'Figli da iscrivere');
  const row = await aggiungiFiglio(page, 1);
  await scriviFiglio(row, { ...figlio, codice: '' });
  await refused(page, 'Avanti', /«Codice fiscale del figlio»/);
  await choose(row, 'Il figlio non ha ancora il codice fiscale', 'Sì');
  await next(page, 'Scuola e giorni di mensa');
  await scegliScuola(page, figlio.nome, INFANZIA);
  await next(page, 'Dieta');
  await riga(page, new RegExp(figlio.nome)).getByLabel('Nessuna dieta speciale').check();
  await next(page, 'Tariffa e pagamento');
  await pagaConAvvisi(page);
  const sent = await invia(page);
  assert.match(await testo(page), new RegExp(`Quando ricevi il codice fiscale di ${figlio.nome} ${figlio.cognome}, comunicalo`));
  const { numero } = sent.pratiche[0];
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, 'Ricevuta');
  await page.context().close();
  return { numero };
}

// The office's side of it: what is missing is said, the code is added when it comes.
export async function ufficioSenzaCodice({ browser, portal, way, watcher, numero, codice, altrui }) {
  const desk = await entraInUfficio({ browser, portal, way, watcher });
  await apri(desk, numero);
  assert.match(await testo(desk), /Manca il codice fiscale dell’alunno/);
  await prendiInCarico(desk);
  await accogli(desk);
  await fill(desk, 'Codice fiscale dell’alunno', `${codice.slice(0, -1)}1`);
  await refused(desk, 'Salva il codice fiscale', /manca o è sbagliato un carattere/);
  // The one of another child is none of this one.
  await fill(desk, 'Codice fiscale dell’alunno', altrui);
  await refused(desk, 'Salva il codice fiscale', /C’è già un alunno con questo codice fiscale/);
  await fill(desk, 'Codice fiscale dell’alunno', codice.toLowerCase());
  await click(desk, 'Salva il codice fiscale');
  await desk.getByText('scritto dall’ufficio').waitFor();
  const text = await testo(desk);
  assert.ok(text.includes(codice) && !/Manca il codice fiscale/.test(text), text);
  await look(desk, 'Ufficio, codice fiscale scritto');
  await desk.context().close();
}

// Somebody begins and stops; what they typed waits for them.
export async function cominciaESospende({ browser, portal, way, watcher, chi }) {
  const page = await device({ browser, way, watcher });
  await apreDomanda(page, portal, chi);
  await richiedente(page);
  await next(page, 'Figli da iscrivere');
  await scriviFiglio(await aggiungiFiglio(page, 1), chi.figlio);
  await next(page, 'Scuola e giorni di mensa');
  await scegliScuola(page, chi.figlio.nome, INFANZIA);
  await click(page, 'Sospendi');
  await arrive(page, 'Bozza salvata');
  assert.match(await testo(page), /Da inviare entro il .*\. La bozza viene cancellata dopo il /);
  await page.context().close();
}

// The school year of the enrolment that is open, as the commands take it.
export async function annoScolastico(portal) {
  const text = await (await fetch(`${portal.url}/calvenzano/modelli/iscrizione-mensa`)).text();
  return text.match(/A\.S\. (\d{4})/)[1];
}

// What happens at the comune meanwhile: the class has another name and there is one more, and the form has
// other words.
export async function cambiaIlComune(portal, year, giorni) {
  await importa(portal, [
    ['BGAA0DEMO01', INFANZIA.scuola, 'infanzia', 'GIRASOLI', NUOVA, 'VRDTTI19M01A794H', 'Verdi', 'Tito', '2019-08-01', 'VRDMRC85C12A794W', 'Verdi', 'Marco', ''],
    ['BGAA0DEMO01', INFANZIA.scuola, 'infanzia', 'PRIMULE', 'sezione Primule', 'VRDLNE20A41A794K', 'Verdi', 'Elena', '2020-01-01', 'VRDMRC85C12A794W', 'Verdi', 'Marco', ''],
  ]);
  await pubblica(portal, year, [['label = "Giorni di mensa"', 'label = "Giorni in cui mangia a scuola"']], giorni);
}

async function importa(portal, lines) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-classi-'));
  try {
    const file = join(folder, 'classi.csv');
    await writeFile(file, [CAPO, ...lines.map((line) => line.join(';'))].join('\n'));
    await portal.command('import', 'famiglie', '--ente', 'calvenzano', file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// The person comes back three days before the end: the letter said so, the draft tells what is new, and it is sent.
export async function tornaDopoTreSettimane({ browser, portal, way, watcher, chi }) {
  const page = await device({ browser, way, watcher });
  const letter = await letterWith(page, portal, ['bozza'], { receipt: false });
  assert.ok(!letter.text.includes(chi.figlio.nome) && !/mensa/i.test(letter.text.replace(/calvenzano/gi, '')), letter.text);
  await riprendi(page, portal, chi);
  assert.match(await testo(page), /Il modello è cambiato il .* Le tue risposte sono conservate: riguarda questa pagina\./);
  await click(page, 'Continua');
  await arrive(page, 'Scuola e giorni di mensa');
  const row = riga(page, new RegExp(chi.figlio.nome));
  assert.ok(await row.getByLabel(INFANZIA.scuola).first().isChecked(), 'the school is lost');
  assert.equal(await answered(row, 'Classe o sezione', 'una classe'), `${NUOVA} (${INFANZIA.scuola})`);
  assert.ok(await page.getByRole('group', { name: 'Giorni in cui mangia a scuola' }).getByLabel('lunedì').isChecked(), 'the day is lost');
  await next(page, 'Dieta');
  await riga(page, new RegExp(chi.figlio.nome)).getByLabel('Nessuna dieta speciale').check();
  await next(page, 'Tariffa e pagamento');
  await pagaConAvvisi(page);
  assert.ok((await testo(page)).includes(NUOVA));
  const sent = await invia(page);
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, sent.pratiche[0].numero, 'Ricevuta');
  await page.context().close();
}

// The forms of the demonstration: what is answered on each page, in one place, and how any of them is walked.
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { answer, answered, click, fromMenu } from '../labels.mjs';
import { arrive, enterPortal, follow, next, numbers } from '../passi.mjs';
import { letterWith, says } from '../posta.mjs';
import { giorno } from '../scena.mjs';
import { signIn } from '../signin.mjs';
import { ricevuta } from './domanda.mjs';
import { certificato, intero } from './gente.mjs';

const DICHIARAZIONI = [['Dichiaro che quanto scritto è vero', true], ['Accetto il regolamento', true]];
const INFORMATIVA = ['Informativa sulla privacy', [["Ho letto l'informativa sulla privacy", true]]];
const RICHIEDENTE = ['Chi fa la domanda', [['E-mail', 'famiglia@posta.example']]];
const REFERTO = { name: 'referto.pdf', mimeType: 'application/pdf', buffer: certificato('Dieta senza glutine') };

// Each form: its tile in Apertura pratiche, what the answer says, its title, and its pages in order with their questions and answers. A question
// alone is a button. `chi` files it, for `alunno`. `paga` pays for the enrolled child `iscritto`, now by direct debit where `sdd` is set;
// `nuovo` enrols a child of their own.
export const modelli = ({ paga, iscritto, sdd, nuovo }) => [
  {
    voce: 'Iscrizione servizi scolastici',
    detto: /La domanda è accolta/,
    titolo: /Modello iscrizione mensa A\.S\. \d{4}\/\d{4}/,
    chi: nuovo,
    alunno: `${nuovo.figlio.nome} ${nuovo.figlio.cognome}`,
    pagine: [
      INFORMATIVA,
      ['Chi fa la domanda', [
        ['In qualità di', 'Genitore'],
        ['Indirizzo di residenza', 'Via dei Tigli 8'],
        ['CAP', '24040'],
        ['Comune di residenza', 'Calvenzano'],
        ['E-mail', 'famiglia@posta.example'],
      ]],
      ['Figli da iscrivere', [
        ['Aggiungi figlio'],
        ['Codice fiscale del figlio', nuovo.figlio.codice],
        ['Cognome del figlio', nuovo.figlio.cognome],
        ['Nome del figlio', nuovo.figlio.nome],
        ['Data di nascita del figlio', nuovo.figlio.nascita],
      ]],
      ['Scuola e giorni di mensa', [
        [/^Scuola/, "Scuola dell'infanzia Arcobaleno"],
        ['Classe o sezione', "sezione Girasoli (Scuola dell'infanzia Arcobaleno)"],
        ['Giorni', ['lunedì', 'giovedì']],
      ]],
      ['Dieta', [['Dieta', 'Nessuna']]],
      ['Tariffa e pagamento', [['ISEE', 'Non lo dichiaro'], ['Modalità di pagamento', 'Avviso pagoPA']]],
    ],
  },
  {
    voce: 'Cambio di residenza',
    detto: /La nuova residenza è registrata/,
    titolo: 'Comunicazione di cambio di residenza',
    chi: paga,
    pagine: [
      INFORMATIVA,
      RICHIEDENTE,
      ['Chi cambia residenza con te', []],
      ['La nuova residenza', [
        ['Nuovo comune', 'Treviglio (BG)'],
        ['Nuovo indirizzo', 'Via Roma 3'],
        ['CAP', '24047'],
        ['Da quando', giorno(20)],
        ["Hai già presentato la richiesta all'anagrafe", 'Sì'],
        ...DICHIARAZIONI,
      ]],
    ],
  },
  {
    voce: 'Dieta speciale',
    detto: /La richiesta è accolta/,
    titolo: 'Richiesta di dieta speciale',
    chi: paga,
    alunno: iscritto,
    pagine: [
      INFORMATIVA,
      RICHIEDENTE,
      ['Alunno e richiesta', [['Alunno', iscritto], ['Che cosa chiedi', 'Una nuova dieta']]],
      ['Dieta', [['Dieta', 'Dieta per motivi di salute'], ['Da quando', giorno(14)]]],
      ['Dettagli della dieta', [['Il certificato vale fino al', giorno(200)], ['Certificato del medico', REFERTO]]],
      ['Dichiarazioni', DICHIARAZIONI],
    ],
  },
  {
    voce: 'Variazione della modalità di pagamento',
    detto: /La nuova modalità di pagamento è registrata/,
    titolo: 'Variazione della modalità di pagamento',
    chi: paga,
    alunno: iscritto,
    pagine: [
      INFORMATIVA,
      RICHIEDENTE,
      ['Alunno e pagamento', [['Alunno', iscritto], ['Nuova modalità di pagamento', sdd ? 'Avviso pagoPA' : 'Addebito SDD']]],
      ...(sdd ? [] : [['Conto da addebitare', [['IBAN', 'IT60 X054 2811 1010 0000 0123 456'], ['Autorizzo il Comune ad addebitare', true]]]]),
      ['Dichiarazioni', DICHIARAZIONI],
    ],
  },
  {
    voce: 'Certificazione delle spese di mensa',
    detto: /La richiesta è accolta/,
    titolo: 'Richiesta di certificazione delle spese di mensa',
    chi: paga,
    alunno: iscritto,
    pagine: [
      INFORMATIVA,
      RICHIEDENTE,
      ['Certificazione', [
        ['Alunno', iscritto],
        ['Anno solare', String(giorno()[2] - 1)],
        ['A che cosa serve', 'Dichiarazione dei redditi'],
        ['Come vuoi riceverla', 'Alla mia PEC'],
      ]],
      ['PEC', [['PEC', 'famiglia@pec.example']]],
    ],
  },
  {
    voce: 'Rinuncia o sospensione della mensa',
    detto: /La richiesta è accolta/,
    titolo: 'Rinuncia o sospensione del servizio mensa',
    chi: paga,
    alunno: iscritto,
    pagine: [
      INFORMATIVA,
      RICHIEDENTE,
      ['Rinuncia o sospensione', [
        ['Alunno', iscritto],
        ['Che cosa chiedi', 'Rinuncia'],
        ['Dal', giorno(7)],
        ['Motivo', 'Pranza a casa'],
      ]],
    ],
  },
];

// Fills a form in on one device, stops in the middle of its last page, goes on on another and sends it; answers { page,
// numero }, the page on the confirmation.
export async function presenta({ browser, portal, devices, watcher }, modello) {
  const device = async (way) => Object.assign(await newPage(browser, way), { watcher });
  const [first, second] = devices;
  const pages = modello.pagine;
  let page = await device(first);
  await apre(page, portal, modello);
  await click(page, 'Continua');
  for (const [index, [title, questions]] of pages.entries()) {
    await arrive(page, title);
    if (title === 'Conto da addebitare') assert.match(await page.getByRole('main').innerText(), /Creditore: Comune di Calvenzano.*, identificativo IT\d{2}[A-Z0-9]{3}\d+\. Autorizzi/);
    if (index === pages.length - 1) break;
    await rispondi(page, questions);
    await next(page, pages[index + 1][0]);
  }
  const [last, questions] = pages.at(-1);
  const half = questions.slice(0, Math.floor(questions.length / 2));
  await rispondi(page, half);
  await click(page, 'Sospendi');
  await arrive(page, 'Bozza salvata');
  await page.context().close();

  page = await device(second);
  await riprende(page, portal, modello);
  await arrive(page, last);
  for (const [question, value] of half) assert.deepEqual(await answered(page, question, value), value, `${question} is lost`);
  await rispondi(page, questions.slice(half.length));
  await next(page, 'Riepilogo');
  await answer(page, 'Dichiaro che i dati sono veri', true);
  await page.getByRole('button', { name: 'Invia', exact: true }).click();
  return { page, numero: await inviata(page, portal, modello) };
}

async function rispondi(page, questions) {
  for (const [question, value] of questions) await (value === undefined ? click(page, question) : answer(page, question, value));
}

// From the comune's site to the first page of the form (G2, G9).
async function apre(page, portal, { voce, titolo, chi }) {
  await enterPortal(page, portal);
  for (const label of ['Pratiche', 'Apertura pratiche', 'Servizi scolastici']) {
    await follow(page, label);
    await arrive(page, label);
  }
  await follow(page, voce);
  // Enrolment has a list of its own.
  if (titolo instanceof RegExp) await page.getByRole('main').getByRole('link', { name: titolo }).click();
  await arrive(page, titolo);
  await click(page, 'Avvia pratica');
  await arrive(page, 'Accedi');
  await signIn(page, intero(chi));
  await arrive(page, titolo);
}

// From another device to the page where the person stopped (G5).
async function riprende(page, portal, { titolo, chi }) {
  await enterPortal(page, portal);
  await click(page, 'Accedi', { first: true });
  await signIn(page, intero(chi));
  await fromMenu(page, 'Pratiche');
  await follow(page, 'Bozze (pratiche sospese)');
  await arrive(page, 'Bozze (pratiche sospese)');
  // Whoever reads hears which draft; whoever looks sees it above the button.
  const draft = page.getByRole('main').getByRole('link', { name: /^Riprendi/ }).filter({ hasText: titolo });
  await draft.click();
  await arrive(page, titolo);
  await click(page, 'Continua');
}

// One pratica, its number on the page, in the receipt and in the letter (G6).
async function inviata(page, portal, { alunno }) {
  const { text, pratiche, protocollo } = await numbers(page);
  assert.equal(pratiche.length, 1, text);
  const [{ chi, numero }] = pratiche;
  assert.equal(chi, alunno, 'the child that it is about');
  const receipt = await ricevuta(page);
  for (const said of [numero, protocollo]) assert.ok(says(receipt, said), `the receipt lacks ${said}`);
  await letterWith(page, portal, [numero, protocollo]);
  return numero;
}

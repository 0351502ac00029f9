// A sign-in that expires by time while a page is being filled in: what was typed survives, and for nobody else.
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { answer, answered, click, fromMenu } from '../labels.mjs';
import { arrive, consult, enterPortal, follow, look, next, startModello } from '../passi.mjs';
import { signIn } from '../signin.mjs';
import { PAOLO, certificato, intero } from './gente.mjs';
import { rientra, ripeti } from './intoppi.mjs';

const MINUTE_MS = 60_000;
// An unused session of a citizen lasts twenty minutes; its last use is written to the minute.
const WITHIN_MS = 18 * MINUTE_MS;
const BEYOND_MS = 21 * MINUTE_MS;
const FILE = { name: 'provvedimento.pdf', mimeType: 'application/pdf', buffer: certificato('Provvedimento') };

// What is typed on two pages: words, choices, ticks, and a file.
const RICHIEDENTE = [
  ['In qualità di', 'Affidatario'],
  ['Indirizzo di residenza', 'Via delle Acacie 11'],
  ['CAP', '24047'],
  ['Comune di residenza', 'Treviglio'],
  ['E-mail', 'sera@posta.example'],
  ['Cellulare', '333 111 2223'],
  ['PEC', 'sera@pec.example'],
  ['Il domicilio è diverso dalla residenza', 'No'],
  ["C'è un altro genitore", 'Sì'],
];
const ALTRO = [
  ["Codice fiscale dell'altro genitore", PAOLO.codice],
  ["Nome e cognome dell'altro genitore", intero(PAOLO)],
  ["Dichiaro di agire d'accordo con l'altro genitore", true],
];

async function rispondi(page, questions) {
  for (const [question, value] of questions) await answer(page, question, value);
}

async function ritrova(page, questions) {
  for (const [question, value] of questions) assert.deepEqual(await answered(page, question, value), value, `${question} is lost`);
}

const device = async ({ browser, way, watcher }) => Object.assign(await newPage(browser, way), { watcher });

// The page "Chi fa la domanda" of a new application, filled in and not sent.
async function aMetaPagina(page, portal, chi) {
  await enterPortal(page, portal);
  await startModello(page, intero(chi));
  await follow(page, 'Chi fa la domanda');
  await arrive(page, 'Chi fa la domanda');
  await rispondi(page, RICHIEDENTE);
}

// Presses Avanti after the limit: nothing is saved, and the page says what to do.
async function premeTardi(page) {
  const [made] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    click(page, 'Avanti'),
  ]);
  assert.equal(made.status(), 403);
  await arrive(page, 'Accedi di nuovo');
  const text = await page.getByRole('main').innerText();
  assert.match(text, /Non abbiamo ancora salvato nulla\. Quello che hai scritto è in questa pagina: non chiuderla\./);
  assert.match(text, /è passato troppo tempo/);
  return text;
}

// The person leaves the page open too long, signs in again, and goes on.
export async function tornaTardi({ browser, portal, way, watcher, chi }) {
  const page = await device({ browser, way, watcher });
  await aMetaPagina(page, portal, chi);
  await portal.passOn(WITHIN_MS);
  await next(page, 'Altri dati di chi fa la domanda');
  await click(page, 'Indietro');
  await arrive(page, 'Chi fa la domanda');
  await rispondi(page, [['Indirizzo di residenza', 'Via dei Ciliegi 4']]);

  await portal.passOn(BEYOND_MS);
  await premeTardi(page);
  await rientra(page, intero(chi));
  await ripeti(page);
  await arrive(page, 'Altri dati di chi fa la domanda');
  await click(page, 'Indietro');
  await arrive(page, 'Chi fa la domanda');
  await ritrova(page, [...RICHIEDENTE.filter(([question]) => question !== 'Indirizzo di residenza'), ['Indirizzo di residenza', 'Via dei Ciliegi 4']]);

  // A file cannot stay in a page: it is asked for again, and nothing else is.
  await next(page, 'Altri dati di chi fa la domanda');
  await rispondi(page, [...ALTRO, ['Atto di tutela', FILE]]);
  await portal.passOn(BEYOND_MS);
  assert.match(await premeTardi(page), /I file non restano in questa pagina: dopo dovrai sceglierli di nuovo\./);
  await rientra(page, intero(chi));
  await ripeti(page);
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /^C’è un problema\s+Carica il file «Atto di tutela o di affidamento»$/);
  await look(page, 'Altri dati, il file manca');
  await ritrova(page, ALTRO);
  await rispondi(page, [['Atto di tutela', FILE]]);
  await next(page, 'Figli da iscrivere');
  await page.context().close();
}

// Somebody else signs in on that browser instead: nothing of the first person is shown, and nothing is saved.
export async function entraUnAltro({ browser, portal, way, watcher, chi }) {
  const page = await device({ browser, way, watcher });
  await aMetaPagina(page, portal, chi);
  await next(page, 'Altri dati di chi fa la domanda');
  await click(page, 'Indietro');
  await arrive(page, 'Chi fa la domanda');
  await rispondi(page, [['Indirizzo di residenza', 'Via del Segreto 99']]);
  const form = page.url();
  await portal.passOn(BEYOND_MS);
  await premeTardi(page);
  await rientra(page, intero(PAOLO));
  await ripeti(page);
  await arrive(page, 'Pagina non trovata');
  assert.equal(page.made.status(), 404);
  await niente(page, chi);
  await page.goto(form);
  await arrive(page, 'Pagina non trovata');
  await niente(page, chi);
  await fromMenu(page, 'Pratiche');
  await arrive(page, 'Pratiche');
  await follow(page, 'Bozze (pratiche sospese)');
  await arrive(page, 'Bozze (pratiche sospese)');
  assert.match(await page.getByRole('main').innerText(), /Non hai bozze/);
  await consult(page);
  await arrive(page, 'Nessuna iscrizione trovata');
  await niente(page, chi);
  await page.context().close();

  // The draft is as its own person left it.
  const own = await device({ browser, way, watcher });
  await own.goto(form);
  await signIn(own, intero(chi));
  await arrive(own, 'Chi fa la domanda');
  await ritrova(own, RICHIEDENTE);
  await own.context().close();
}

// No word of the first person, in what is seen and in what the page carries.
async function niente(page, { nome, cognome, codice }) {
  const html = await page.content();
  for (const said of [nome, cognome, codice, 'Acacie', 'Segreto', 'sera@posta.example', '24047']) {
    assert.ok(!said || !html.includes(said), `${said} is on "${await page.title()}"`);
  }
}

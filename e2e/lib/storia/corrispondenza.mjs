// What a family and the office write to each other about a diet, from the first message to the rejection, each text with a word of
// its own.
import { choose, click, fill, tick, upload } from '../labels.mjs';
import { arrive, consult } from '../passi.mjs';
import { apriPratica } from './esito.mjs';
import { certificato } from './gente.mjs';
import { apri, prendiInCarico } from './ufficio.mjs';

const MENSA = /Modello iscrizione mensa/;
const RISERVATO = 'Parla di salute';

// What the family may read again.
export const DETTI = {
  messaggio: 'CANARINO-MESSAGGIO: la diagnosi è del 3 maggio',
  ufficio: 'CANARINO-UFFICIO: quale diagnosi',
  richiesta: 'CANARINO-RICHIESTA: il referto è illeggibile',
  risposta: 'CANARINO-RISPOSTA: ecco il referto',
  preavviso: 'CANARINO-PREAVVISO: il referto non dice celiachia',
  osservazioni: 'CANARINO-OSSERVAZIONI: lo dice la biopsia',
  replica: 'CANARINO-REPLICA: la biopsia manca',
  esito: 'CANARINO-ESITO: senza biopsia niente dieta',
};
// The note of the office, and the two files.
export const NASCOSTI = { nota: 'CANARINO-NOTA: sentito il medico', referto: 'CANARINO-REFERTO', biopsia: 'CANARINO-BIOPSIA' };

const file = (words) => ({ name: `${words.toLowerCase()}.pdf`, mimeType: 'application/pdf', buffer: certificato(words) });
// Names of files speak, too.
export const NOMI = [NASCOSTI.referto, NASCOSTI.biopsia].map((words) => file(words).name);

const office = (desk, name) => desk.getByRole('heading', { level: 1, name }).waitFor();

async function laMia(page, numero, stato) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, stato);
}

// The page stands where the parent is signed in, the desk where a clerk is.
export async function corrispondi({ page, desk, numero }) {
  await messaggi({ page, desk, numero });
  await apri(desk, numero);
  await prendiInCarico(desk);
  await chiedi(desk, ['Chiedi di completare', 'Che cosa manca', DETTI.richiesta, 'Chiedi al cittadino']);
  await rispondi(page, numero, ['Da completare', 'Messaggio all’ufficio', DETTI.risposta, file(NASCOSTI.referto)]);
  await apri(desk, numero);
  await prendiInCarico(desk);
  await chiedi(desk, ['Preavviso di rigetto', 'Motivi che impediscono', DETTI.preavviso, 'Invia il preavviso']);
  await rispondi(page, numero, ['Preavviso di rigetto', 'Le tue osservazioni', DETTI.osservazioni, file(NASCOSTI.biopsia)]);
  await apri(desk, numero);
  await prendiInCarico(desk);
  await fill(desk, /^Motivo/, DETTI.esito);
  await fill(desk, 'Risposta alle osservazioni', DETTI.replica);
  await click(desk, 'Respingi');
  await desk.getByRole('button', { name: 'Respingi', exact: true }).waitFor({ state: 'detached' });
}

async function messaggi({ page, desk, numero }) {
  await laMia(page, numero, 'Ricevuta');
  await click(page, 'Leggi e scrivi');
  await arrive(page, 'Messaggi');
  await fill(page, 'Messaggio', DETTI.messaggio);
  await tick(page, RISERVATO);
  await click(page, 'Invia il messaggio');
  await page.getByRole('status').waitFor();
  await apri(desk, numero);
  await click(desk, 'Messaggi e note');
  await office(desk, 'Messaggi');
  await fill(desk, 'Scrivi al cittadino', DETTI.ufficio);
  await desk.getByLabel(RISERVATO).first().check();
  await click(desk, 'Invia il messaggio');
  await desk.getByRole('status').waitFor();
  await fill(desk, 'Nuova nota', NASCOSTI.nota);
  await desk.getByLabel(RISERVATO).last().check();
  await click(desk, 'Salva la nota');
  await desk.getByText('La nota è stata salvata').waitFor();
}

async function chiedi(desk, [titolo, campo, words, bottone]) {
  await click(desk, titolo);
  await office(desk, titolo);
  await fill(desk, campo, words);
  await choose(desk, 'Di quali domande si tratta', 'Certificato del medico');
  await click(desk, bottone);
  await office(desk, MENSA);
}

async function rispondi(page, numero, [stato, campo, words, allegato]) {
  await laMia(page, numero, stato);
  await click(page, /^Rispondi entro il/);
  await page.getByLabel(campo).waitFor();
  await fill(page, campo, words);
  await upload(page, 'Allegati', allegato);
  await click(page, 'Invia all’ufficio');
  await arrive(page, MENSA);
}

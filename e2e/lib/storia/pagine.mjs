// The pages of the enrolment that every family fills in alike, in pieces.
import { answer, click, fill, fillDate, select, tick } from '../labels.mjs';
import { arrive, enterPortal, next, riga, startModello } from '../passi.mjs';
import { intero } from './gente.mjs';

export const INFANZIA = { scuola: "Scuola dell'infanzia Arcobaleno", classe: 'sezione Girasoli' };
export const PRIMARIA = { scuola: 'Scuola primaria Gianni Rodari', classe: '1ª A' };

// From the comune's site to "Chi fa la domanda".
export async function apreDomanda(page, portal, chi) {
  await enterPortal(page, portal);
  await startModello(page, intero(chi));
  await click(page, 'Continua');
  await arrive(page, 'Informativa sulla privacy');
  await tick(page, "Ho letto l'informativa sulla privacy");
  await next(page, 'Chi fa la domanda');
}

// What has to be said on "Chi fa la domanda"; the person still stands there.
export async function richiedente(page, qualita = 'Genitore') {
  const answers = [['In qualità di', qualita], ['Indirizzo di residenza', 'Via dei Tigli 8'], ['CAP', '24040'], ['Comune di residenza', 'Calvenzano']];
  for (const [question, value] of answers) await answer(page, question, value);
}

// One more child, by its place from 1; answers its row.
export async function aggiungiFiglio(page, place) {
  await click(page, 'Aggiungi figlio');
  const row = page.getByRole('group', { name: new RegExp(`^Figlio ${place}`) });
  await row.waitFor();
  return row;
}

export async function scriviFiglio(row, { codice, cognome, nome, nascita }) {
  if (codice) await fill(row, 'Codice fiscale del figlio', codice);
  await fill(row, 'Cognome del figlio', cognome);
  await fill(row, 'Nome del figlio', nome);
  await fillDate(row, 'Data di nascita del figlio', nascita);
}

// The school of a child, its class, and one day.
export async function scegliScuola(page, nome, { scuola, classe }) {
  const row = riga(page, new RegExp(nome));
  await row.getByLabel(scuola).first().check();
  await select(row, 'Classe o sezione', `${classe} (${scuola})`);
  await row.getByLabel('lunedì').check();
}

// Neither ISEE nor direct debit.
export async function pagaConAvvisi(page) {
  await answer(page, 'ISEE', 'Non lo dichiaro');
  await answer(page, 'Modalità di pagamento', 'Avviso pagoPA');
  await next(page, 'Riepilogo');
}

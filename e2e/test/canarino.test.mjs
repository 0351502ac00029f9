// Protected answers typed in the browser are found nowhere in clear: database, files, logs, letters, backup.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WAYS, launch } from '../lib/browser.mjs';
import { backup, contents, letters, where } from '../lib/canarino.mjs';
import { startPortal } from '../lib/portal.mjs';
import { presentaDomanda } from '../lib/storia/domanda.mjs';
import { leggiEsito } from '../lib/storia/esito.mjs';
import { GENITORI, RISERVATI } from '../lib/storia/gente.mjs';
import { accogli, apri, apriRiservati, entraInUfficio, prendiInCarico } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };
const [CHI] = GENITORI;
const [GIORNO, MESE, ANNO] = RISERVATI.scadenza.map((part) => String(part).padStart(2, '0'));
const SECRETS = {
  'the IBAN': [RISERVATI.iban, RISERVATI.iban.replace(/(.{4})(?=.)/g, '$1 '), RISERVATI.iban.replace(/4$/, '5')],
  'the ISEE': [RISERVATI.isee, RISERVATI.isee.replace(',', ''), RISERVATI.isee.replace(',', '.'), `23.${RISERVATI.isee.slice(2)}`],
  'the day of the certificate': [`${ANNO}-${MESE}-${GIORNO}`, `${GIORNO}/${MESE}/${ANNO}`, '27 agosto 2031'],
  'the words of the certificate': [RISERVATI.certificato],
  'the name of the certificate': [RISERVATI.file],
};

let portal;
let browser;
before(async () => {
  portal = await startPortal();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

test('protected answers are nowhere in clear, though the officer of diets can read them', LIMIT, async () => {
  const [way] = WAYS;
  const { page, numero } = await presentaDomanda({ browser, portal, way, chi: CHI });
  const diets = await entraInUfficio({ browser, portal, way, name: 'Laura Riva' });
  await apri(diets, numero);
  await apriRiservati(diets, { seen: ['27 agosto 2031', RISERVATI.file] });
  const desk = await entraInUfficio({ browser, portal, way });
  await apri(desk, numero);
  await prendiInCarico(desk);
  await accogli(desk);
  await leggiEsito({ page, portal, numero, accolta: true });
  for (const visit of [page, desk, diets]) await visit.context().close();

  const copy = join(portal.data, '..', 'copia');
  await backup(portal, copy);
  const places = { data: await contents(portal.data), letters: await letters(portal), backup: await contents(copy) };
  // The search does find what is in clear, in each place: otherwise its silence says nothing.
  assert.ok(where(places.data, CHI.figlio.codice).length > 0, 'the search finds nothing in the data');
  assert.ok(where(places.data, 'the portal is open').length > 0, 'the search finds nothing in the logs');
  assert.ok(where(places.letters, CHI.figlio.nome).length > 0, 'the search finds nothing in the letters');
  assert.ok(where(places.backup, CHI.figlio.codice).length > 0, 'the search finds nothing in the backup');
  for (const [what, shapes] of Object.entries(SECRETS)) {
    for (const [place, files] of Object.entries(places)) {
      for (const shape of shapes) assert.deepEqual(where(files, shape), [], `${what} lies open in ${place} as ${shape}`);
    }
  }
  // Codes and addresses of people are no business of a log.
  const logs = places.data.filter(({ name }) => name.startsWith('log/'));
  for (const personal of [CHI.figlio.codice, CHI.cognome, `${CHI.nome}.${CHI.cognome}@posta.example`.toLowerCase()]) {
    assert.deepEqual(where(logs, personal), [], `a log names ${personal}`);
  }
});

// Few places that go by criteria: what a parent reads before and after, the order and its list, a place that becomes free.
// Pictures: target/screenshots/graduatoria.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { saved } from '../lib/archivio.mjs';
import { DESK, PHONE, launch, newPage } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { click } from '../lib/labels.mjs';
import { arrive, consult, follow, look, numbers } from '../lib/passi.mjs';
import { startPortal } from '../lib/portal.mjs';
import { letterWith } from '../lib/posta.mjs';
import { album } from '../lib/scena.mjs';
import { apriPratica } from '../lib/storia/esito.mjs';
import { GENITORI, intero } from '../lib/storia/gente.mjs';
import { inviaDomanda, pubblica } from '../lib/storia/posti.mjs';
import { accogli, apri, entraInUfficio, prendiInCarico } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 5 * 60_000 };
const ON_A_PHONE = { name: 'phone, script off', viewport: PHONE, script: false };
const AT_A_DESK = { name: 'desk, script on', viewport: DESK, script: true };
const [PRIMA, SECONDA] = GENITORI;
const PROVA = {
  codice: 'graduatoria-prova',
  titolo: 'Nido di prova',
  criteri: `[[graduatoria]]\nid = "nome"\npoints = 10\nwhen = 'cognome == "${PRIMA.cognome}"'\nlabel = "Chi ha il cognome della prova"\n`,
  criteriInglesi: '[graduatoria.nome]\nlabel = "Families with the name of the test"\n',
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

const words = (page) => page.getByRole('main').innerText();

async function presenta(chi, way, watcher) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await inviaDomanda(page, portal, intero(chi), PROVA);
  const [{ numero }] = (await numbers(page)).pratiche;
  return { page, numero };
}

// The pratica as its parent finds it.
async function rilegge({ page, numero }, stato) {
  await consult(page);
  await arrive(page, 'Consultazione pratiche');
  await apriPratica(page, numero, stato, PROVA.titolo);
  await look(page, `La mia pratica, ${stato}`);
  return words(page);
}

test('places go by points, and who waits is called when one becomes free', LIMIT, async () => {
  const { watcher, found } = rules([PHONE, DESK], album('graduatoria'));
  await pubblica(portal, PROVA, ['--posti', '1']);
  const visitor = Object.assign(await newPage(browser, ON_A_PHONE), { watcher });
  await visitor.goto(`${portal.url}/calvenzano/modelli/${PROVA.codice}`);
  assert.match(await words(visitor), /Chi viene prima\s+C’è un posto\. Va a chi ha più punti\.\s+Chi ha il cognome della prova: 10 punti/);
  await look(visitor, 'Modello con graduatoria');

  const dietro = await presenta(SECONDA, AT_A_DESK, watcher);
  const davanti = await presenta(PRIMA, ON_A_PHONE, watcher);
  const anna = await entraInUfficio({ browser, portal, way: AT_A_DESK, watcher });
  await click(anna, 'Posti');
  await click(anna, PROVA.titolo);
  await anna.getByRole('heading', { level: 1, name: `Graduatoria: ${PROVA.titolo}` }).waitFor();
  await look(anna, 'Graduatoria');
  const rows = (await anna.getByRole('row').allInnerTexts()).slice(1);
  assert.ok(rows[0].includes(davanti.numero) && rows[1].includes(dietro.numero), 'points come before the instant');
  const csv = (await saved(anna, 'Scarica in CSV')).bytes.toString('utf8');
  assert.match(csv, new RegExp(`1;${davanti.numero};10;posto\\s+2;${dietro.numero};0;lista d'attesa 1`));
  for (const { cognome } of [PRIMA, SECONDA]) assert.ok(!csv.includes(cognome), 'the list to publish names somebody');

  await apri(anna, dietro.numero, PROVA.titolo);
  await prendiInCarico(anna);
  await click(anna, 'Metti in lista d’attesa');
  assert.match(await words(anna), /In lista d’attesa/);
  assert.match(await rilegge(dietro, 'In lista d’attesa'), /In lista d’attesa \(posto 1\)/);

  await rilegge(davanti, 'Ricevuta');
  await follow(davanti.page, 'Ritira la domanda');
  await arrive(davanti.page, 'Ritira la domanda');
  await click(davanti.page, 'Ritira la domanda');
  await arrive(davanti.page, PROVA.titolo);
  await letterWith(dietro.page, portal, [dietro.numero, "C'è un posto"], { receipt: false });
  assert.match(await rilegge(dietro, 'In lista d’attesa'), /C’è un posto: l’ufficio decide/);

  await click(anna, 'Compiti');
  assert.match(await words(anna), new RegExp(`decidere la domanda in lista d’attesa: c’è un posto[\\s\\S]*${dietro.numero}`));
  await look(anna, 'Compiti, un posto');
  await apri(anna, dietro.numero, PROVA.titolo);
  await accogli(anna);
  assert.match(await rilegge(dietro, 'Accolta'), /Posto assegnato/);
  assert.deepEqual(found, []);
});

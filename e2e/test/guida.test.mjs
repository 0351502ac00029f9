// The guide for families, walked by what can be read on the pages, in every way in which people come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, WAYS, launch } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { startPortal } from '../lib/portal.mjs';
import { album } from '../lib/scena.mjs';
import { presentaDomanda } from '../lib/storia/domanda.mjs';
import { altroGenitore, completa, leggiEsito, osserva, ritira } from '../lib/storia/esito.mjs';
import { presentaPerDue } from '../lib/storia/famiglia.mjs';
import { GENITORI, SAMIR } from '../lib/storia/gente.mjs';
import { dueFinestre, eliminaBozza, erroriSpid, sessioneScaduta } from '../lib/storia/intoppi.mjs';
import { conLaTastiera } from '../lib/storia/tastiera.mjs';
import { accogli, apri, chiediDiCompletare, daiPreavviso, entraInUfficio, prendiInCarico, respingi } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };

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

for (const [index, way] of WAYS.entries()) {
  test(`a first application, from the comune's site to its completion and acceptance (${way.name})`, LIMIT, async () => {
    const { page, numero } = await presentaDomanda({ browser, portal, way, chi: GENITORI[index] });
    const desk = await entraInUfficio({ browser, portal, way });
    await apri(desk, numero);
    await prendiInCarico(desk);
    // Its pages are judged and kept as pictures once.
    const watch = index === 0 ? rules([DESK, PHONE], album('guida')) : { found: [] };
    for (const visit of [page, desk]) Object.assign(visit, { watcher: watch.watcher });
    await chiediDiCompletare(desk);
    await completa({ page, portal, numero });
    for (const visit of [page, desk]) Object.assign(visit, { watcher: undefined });
    assert.deepEqual(watch.found, []);
    await apri(desk, numero);
    await prendiInCarico(desk);
    await accogli(desk);
    await leggiEsito({ page, portal, numero, accolta: true });
    for (const visit of [page, desk]) await visit.context().close();
  });

  test(`two children whom the comune knows, one rejected, one withdrawn (${way.name})`, LIMIT, async () => {
    const { page, pratiche } = await presentaPerDue({ browser, portal, way });
    const [tommaso, sofia] = pratiche.map(({ numero }) => numero);
    const desk = await entraInUfficio({ browser, portal, way });
    await apri(desk, tommaso);
    await prendiInCarico(desk);
    await daiPreavviso(desk);
    await osserva({ page, portal, numero: tommaso });
    await apri(desk, tommaso);
    await prendiInCarico(desk);
    await respingi(desk);
    await leggiEsito({ page, portal, numero: tommaso, accolta: false });
    await ritira({ page, numero: sofia });
    for (const visit of [page, desk]) await visit.context().close();
  });

  test(`the other parent finds nothing and reads why (${way.name})`, LIMIT, () => altroGenitore({ browser, portal, way }));
}

for (const way of [WAYS[0], WAYS[3]]) {
  test(`each error of SPID has its page (${way.name})`, LIMIT, () => erroriSpid({ browser, portal, way }));

  test(`an ended session and a second window lose nothing (${way.name})`, LIMIT, async () => {
    const via = `Via delle Robinie 5 (${way.name})`;
    const page = await sessioneScaduta({ browser, portal, way, chi: SAMIR, via });
    await dueFinestre({ page, via });
    await eliminaBozza({ page });
    await page.context().close();
  });
}

test('one whole filing with the keyboard alone', LIMIT, () => conLaTastiera({ browser, portal, way: WAYS[0] }));

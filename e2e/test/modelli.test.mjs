// Each form of the demonstration: filled in, suspended on one device, resumed on another, sent, accepted by the office and
// read by the family. Pictures: target/screenshots/modelli.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, NARROW, PHONE } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { keepPicture, scena } from '../lib/scena.mjs';
import { leggiEsito } from '../lib/storia/esito.mjs';
import { ELENA, GENITORI, MARIA } from '../lib/storia/gente.mjs';
import { modelli, presenta } from '../lib/storia/modelli.mjs';
import { accogli, apri, entraInUfficio, prendiInCarico } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };
const FAMIGLIE = [
  { script: true, paga: MARIA, iscritto: 'Giacomo Colleoni', sdd: false, nuovo: GENITORI[0] },
  { script: false, paga: ELENA, iscritto: 'Matilde Fumagalli', sdd: true, nuovo: GENITORI[1] },
];

const scene = scena();

for (const { script, ...famiglia } of FAMIGLIE) {
  const devices = [{ viewport: DESK, script }, { viewport: PHONE, script }];
  const { watcher, seen, found } = rules([NARROW, DESK]);
  let desk;
  for (const modello of modelli(famiglia)) {
    // Pages that the forms share are looked at once; each summary is its own.
    const photographer = async (page, name) => {
      const named = name.includes('/riepilogo') ? `${modello.voce}, ${name}` : name;
      if (seen.has(named)) return;
      await keepPicture(page, 'modelli', named.replaceAll('/', '-'), [PHONE, DESK]);
      await watcher(page, named);
    };
    test(`${modello.voce} (script ${script ? 'on' : 'off'})`, LIMIT, async () => {
      const { page, numero } = await presenta({ ...scene, devices, watcher: photographer }, modello);
      desk ??= await entraInUfficio({ ...scene, way: devices[0] });
      await apri(desk, numero, modello.titolo);
      await prendiInCarico(desk);
      await accogli(desk);
      const { titolo, detto } = modello;
      await leggiEsito({ page, portal: scene.portal, numero, accolta: true, titolo, detto });
      await page.context().close();
      assert.deepEqual(found.splice(0), []);
    });
  }
}

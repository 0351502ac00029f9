// The other parent before and after a delega, in every way.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WAYS, launch } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { click, fromMenu, heading } from '../lib/labels.mjs';
import { arrive } from '../lib/passi.mjs';
import { startPortal } from '../lib/portal.mjs';
import { accetta, apriDeleghe, inNomeDi, invita } from '../lib/storia/delega.mjs';
import { MARIA, PAOLO, intero } from '../lib/storia/gente.mjs';

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

// Pictures of the pages, where somebody wants to look at them.
async function picture(page, way, name) {
  const folder = process.env.E2E_PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}-${way.viewport.width}-${way.script ? 'script' : 'senza'}.png`), fullPage: true });
}

for (const way of WAYS) {
  test(`the other parent sees what is theirs to see (${way.name})`, LIMIT, async () => {
    const { watcher, found } = rules([way.viewport]);
    const scene = { browser, portal, way, watcher };
    const paolo = await apriDeleghe(scene, intero(PAOLO));
    await fromMenu(paolo, 'Sezione informativa');
    await click(paolo, 'Consultazione pratiche');
    await arrive(paolo, 'Nessuna iscrizione trovata');
    await picture(paolo, way, 'prima');
    await click(paolo, 'Vai alle deleghe');
    await arrive(paolo, 'Deleghe');
    const maria = await apriDeleghe(scene, intero(MARIA));
    await invita(maria, PAOLO.codice, 'Vedere');
    await picture(maria, way, 'data');
    await paolo.reload();
    await picture(paolo, way, 'invito');
    await accetta(paolo, intero(MARIA));
    await click(paolo, `Vedi i servizi di ${intero(MARIA)}`);
    await inNomeDi(paolo, intero(MARIA));
    await fromMenu(paolo, 'Servizi scolastici');
    await click(paolo, 'Documenti contabili', { first: true });
    await arrive(paolo, 'Documenti contabili');
    await inNomeDi(paolo, intero(MARIA));
    assert.match(await paolo.getByRole('main').innerText(), new RegExp(MARIA.iscritto));
    await picture(paolo, way, 'dopo');
    await maria.getByRole('button', { name: /^Chiudi la delega/ }).first().click();
    await arrive(maria, 'Deleghe');
    const answer = await paolo.reload();
    assert.equal(answer.status(), 403);
    assert.equal(await heading(paolo), 'La delega non è attiva');
    await picture(paolo, way, 'finita');
    await click(paolo, 'Vai alle tue deleghe');
    await arrive(paolo, 'Deleghe');
    assert.deepEqual(found, []);
    for (const page of [paolo, maria]) await page.context().close();
  });
}

// At the desk: a clerk opens a session for somebody without digital identity, starts for them, and closes it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WAYS } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { click, fill, heading, select } from '../lib/labels.mjs';
import { look, refused } from '../lib/passi.mjs';
import { keepPicture, scena } from '../lib/scena.mjs';
import { entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };
// Nobody of this codice fiscale has ever signed in.
const AMINA = { nome: 'Amina', cognome: 'Diallo', codice: 'DLLMNA90A41A794L' };

const scene = scena();

// Waits for a page by its heading.
async function stands(page, title) {
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await look(page, await heading(page));
}

for (const way of WAYS) {
  test(`a clerk starts for somebody at the desk (${way.name})`, LIMIT, async () => {
    const { watcher, found } = rules([way.viewport]);
    const page = await entraInUfficio({ ...scene, way, watcher });
    await page.getByRole('navigation').getByRole('link', { name: 'Sportello', exact: true }).click();
    await stands(page, 'Domande allo sportello');
    await keepPicture(page, 'sportello', `vuota-${way.script ? 'script' : 'senza'}`);
    await refused(page, 'Apri la sessione', ['Scrivi il cognome', 'Scegli il documento']);
    await keepPicture(page, 'sportello', `errori-${way.script ? 'script' : 'senza'}`);
    await fill(page, 'Codice fiscale della persona', AMINA.codice);
    await fill(page, 'Nome', AMINA.nome);
    await fill(page, 'Cognome', AMINA.cognome);
    await select(page, 'Documento', 'Passaporto');
    await fill(page, 'Numero del documento', 'YA1234567');
    await fill(page, 'Rilasciato da', 'Questura di Bergamo');
    await fill(page, 'Valido fino al', '2090-01-31');
    await click(page, 'Apri la sessione');
    await stands(page, `Domanda per ${AMINA.nome} ${AMINA.cognome}`);
    await keepPicture(page, 'sportello', `sessione-${way.script ? 'script' : 'senza'}`);
    await page.getByRole('main').getByRole('link', { name: /^Modello iscrizione mensa/ }).first().click();
    await stands(page, /^Modello iscrizione mensa/);
    const body = await page.locator('body').innerText();
    assert.ok(body.includes(`Stai compilando allo sportello per conto di ${AMINA.nome} ${AMINA.cognome}.`), body);
    await keepPicture(page, 'sportello', `bozza-${way.script ? 'script' : 'senza'}`);
    await click(page, 'Torna alla sessione');
    await stands(page, `Domanda per ${AMINA.nome} ${AMINA.cognome}`);
    assert.match(await page.getByRole('main').innerText(), /Domande in corso/);
    await click(page, 'Chiudi la sessione');
    await stands(page, 'Domande allo sportello');
    assert.match(await page.getByRole('main').innerText(), /Sessione chiusa\./);
    assert.deepEqual(found, []);
    await page.context().close();
  });
}

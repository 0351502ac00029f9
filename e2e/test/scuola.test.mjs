// A school on its phone, and the amministratore who says who works there.
// Pictures: target/screenshots/scuola.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, newPage } from '../lib/browser.mjs';
import { click, fill, heading, select } from '../lib/labels.mjs';
import { enter, oggi, pictures, scena } from '../lib/scena.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 10 * 60_000 };
const WAYS = [{ viewport: PHONE, script: false }, { viewport: DESK, script: true }];
const PRESENZE = '/calvenzano/scuola/presenze';
const RUOLI = '/calvenzano/ufficio/ruoli';
const CODE = /\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b/g;

const scene = scena();
const picture = pictures('scuola');

// The codice fiscale of the child of a parent, as the parent reads it in the pratica.
async function figlio(parent, own) {
  const page = await enter(scene, { viewport: DESK }, '/calvenzano/sezione-informativa/consultazione-pratiche', parent);
  await page.getByRole('main').locator('a[href*="/consultazione-pratiche/"]').first().click();
  const codes = (await page.getByRole('main').innerText()).match(CODE) ?? [];
  await page.context().close();
  const child = codes.find((code) => code !== own);
  assert.ok(child, `${parent} has a child in the pratica`);
  return child;
}

async function bring(page, child) {
  const lines = `data;alunno_codice_fiscale;stato\n${oggi()};${child};PRESENTE\n`;
  await page.getByLabel('File delle presenze').setInputFiles({ name: 'presenze.csv', mimeType: 'text/csv', buffer: Buffer.from(lines) });
  await click(page, 'Carica');
}

for (const way of WAYS) {
  const name = `${way.viewport.width} px, script ${way.script ? 'on' : 'off'}`;

  test(`a school brings its attendance in, and opens nothing else (${name})`, LIMIT, async () => {
    const own = await figlio('Elena Fumagalli', 'FMGLNE88E57A794M');
    const other = await figlio('Maria Colleoni', 'CLLMRA86C54B442Z');
    const door = await newPage(scene.browser, way);
    await door.goto(`${scene.portal.url}${PRESENZE}`);
    assert.equal(await heading(door), 'Accesso per le scuole');
    await picture(door, 'porta');
    await door.context().close();

    const page = await enter(scene, way, PRESENZE, 'Ines Rota');
    assert.equal(await heading(page), 'Presenze');
    assert.match(await page.getByRole('main').innerText(), /presenze di: Scuola primaria Gianni Rodari\./);
    await picture(page, 'presenze');
    await bring(page, other);
    assert.match(await page.getByRole('alert').innerText(), /non è iscritto/, 'a child of another school');
    await picture(page, 'presenze-rifiutate');
    await bring(page, own);
    await page.getByRole('status').waitFor();
    await picture(page, 'presenze-caricate');
    for (const elsewhere of ['/calvenzano/ufficio/pratiche', '/calvenzano/ufficio/presenze', '/calvenzano/area-personale/accessi']) {
      await page.goto(`${scene.portal.url}${elsewhere}`);
      assert.match(new URL(page.url()).pathname, /\/accesso$/, `${elsewhere} asks for SPID`);
    }

    const thief = await newPage(scene.browser, way);
    const stolen = (await page.context().cookies()).filter((cookie) => cookie.name === '__Host-scuola');
    assert.equal(stolen.length, 1);
    await thief.context().addCookies(stolen);
    const answer = await thief.goto(`${scene.portal.url}${PRESENZE}`);
    assert.equal(answer.status(), 403);
    assert.equal(await heading(thief), 'La sessione è di un altro dispositivo');
    await picture(thief, 'altro-dispositivo');
    await thief.context().close();

    await page.goto(`${scene.portal.url}${PRESENZE}`);
    await click(page, 'Esci');
    await page.goto(`${scene.portal.url}${PRESENZE}`);
    assert.equal(await heading(page), 'Accesso per le scuole', 'the session is over');
    await page.context().close();
  });

  test(`the amministratore gives a role and takes it away (${name})`, LIMIT, async () => {
    const page = await enter(scene, way, RUOLI, 'Teresa Locatelli');
    assert.equal(await heading(page), 'Ruoli del personale');
    await picture(page, 'ruoli');
    await fill(page, 'Codice fiscale', 'BNCGLI');
    await click(page, 'Assegna il ruolo');
    assert.match(await page.getByRole('alert').innerText(), /16 caratteri[\s\S]*Scegli il ruolo/);
    assert.equal(await page.getByLabel('Codice fiscale').inputValue(), 'BNCGLI', 'what was typed stays');
    await picture(page, 'ruoli-errore');

    // Somebody who has never signed in.
    await fill(page, 'Codice fiscale', 'PSNGLI70A01A794I');
    await select(page, 'Ruolo', 'Operatore scuola');
    await select(page, 'Dove vale', 'Scuola primaria Gianni Rodari');
    await click(page, 'Assegna il ruolo');
    await page.getByRole('status').waitFor();
    assert.doesNotMatch(page.url(), CODE);
    const row = page.getByRole('row').filter({ hasText: 'PSNGLI70A01A794I' });
    assert.match(await row.innerText(), /Non è ancora entrata[\s\S]*Operatore scuola[\s\S]*Rodari/);
    await picture(page, 'ruoli-dato');
    await row.getByRole('button').click();
    await page.getByRole('status').waitFor();
    assert.equal(await row.count(), 0);

    const last = page.getByRole('row').filter({ hasText: 'Teresa Locatelli' }).filter({ hasText: 'Amministratore' });
    await last.getByRole('button').click();
    assert.match(await page.getByRole('alert').innerText(), /ultimo amministratore/);
    await picture(page, 'ruoli-ultimo');
    await page.context().close();
  });
}

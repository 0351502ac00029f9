// Two people change the tariffs: one proposes, the other confirms; the act that does without the second one.
// Pictures: target/screenshots/personale.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE } from '../lib/browser.mjs';
import { click, fill, heading } from '../lib/labels.mjs';
import { enter, pictures, scena } from '../lib/scena.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 10 * 60_000 };
// Each way has first days of its own: two plans cannot begin on the same day.
const WAYS = [{ viewport: PHONE, script: false, year: 2040 }, { viewport: DESK, script: true, year: 2050 }];
const NUOVA = '/calvenzano/ufficio/tariffe/nuova';
const CONTI = '/calvenzano/ufficio/conti';
const PROPOSTE = '/calvenzano/ufficio/proposte';
const CONTROLLO = '/calvenzano/ufficio/proposte/controllo';
const IBAN = 'IT60X0542811101000000123456';

const scene = scena();
const picture = pictures('personale');

// Proposes the prices in force from a day on; answers the path of the proposta.
async function propose(page, dal, price) {
  await page.goto(`${scene.portal.url}${NUOVA}`);
  await fill(page, 'Atto che fissa le tariffe', 'Delibera di Giunta n. 40');
  await fill(page, 'Primo giorno', dal);
  await page.getByLabel('Fascia 1: prezzo di un pasto').first().fill(price);
  await click(page, 'Proponi la modifica');
  await page.getByRole('status').waitFor();
  return new URL(page.url()).pathname;
}

for (const way of WAYS) {
  const name = `${way.viewport.width} px`;
  test(`tariffs are proposed by one and confirmed by another (${name})`, LIMIT, async () => {
    const anna = await enter(scene, way, NUOVA, 'Anna Brambilla');
    assert.equal(await heading(anna), 'Proponi nuove tariffe');
    await picture(anna, 'tariffe-nuova');
    await anna.getByLabel('Fascia 1: prezzo di un pasto').first().fill('molto');
    await click(anna, 'Proponi la modifica');
    assert.match(await anna.getByRole('alert').innerText(), /primo giorno[\s\S]*importo in euro/);
    await picture(anna, 'tariffe-nuova-errore');

    const first = await propose(anna, `${way.year}-09-01`, '2,22');
    assert.match(await anna.getByRole('main').innerText(), /L’hai proposta tu/);
    assert.equal(await anna.getByRole('button', { name: 'Conferma la modifica' }).count(), 0);
    await picture(anna, 'proposta-propria');
    const second = await propose(anna, `${way.year + 1}-09-01`, '2,33');

    const teresa = await enter(scene, way, PROPOSTE, 'Teresa Locatelli');
    assert.equal(await heading(teresa), 'Modifiche da confermare');
    await picture(teresa, 'proposte');
    await teresa.goto(`${scene.portal.url}${first}`);
    const row = teresa.getByRole('row').filter({ hasText: '2,22' });
    assert.equal(await row.count() > 0, true);
    await picture(teresa, 'proposta');
    await click(teresa, 'Conferma la modifica');
    await teresa.getByRole('status').waitFor();
    await picture(teresa, 'proposta-confermata');

    // The second one was typed over tariffs that stand no more.
    await teresa.goto(`${scene.portal.url}${second}`);
    assert.match(await teresa.getByRole('main').innerText(), /Non si può più confermare/);
    await picture(teresa, 'proposta-superata');
    await anna.goto(`${scene.portal.url}${second}`);
    await click(anna, 'Ritira la proposta');
    assert.match(await anna.getByRole('alert').innerText(), /Scrivi il motivo/);
    await fill(anna, 'Motivo', 'Da rifare sulle tariffe nuove');
    await click(anna, 'Ritira la proposta');
    await anna.getByRole('status').waitFor();

    // A button on a page that is out of date says what happened meanwhile.
    await fill(teresa, 'Motivo', 'Superata');
    await click(teresa, 'Respingi la proposta');
    assert.match(await teresa.getByRole('alert').innerText(), /non aspetta più/);
    await picture(teresa, 'proposta-tardi');
    for (const page of [anna, teresa]) await page.context().close();
  });
}

test('accounts change by two people, and by one only with an act', LIMIT, async () => {
  const way = WAYS[1];
  const anna = await enter(scene, way, CONTI, 'Anna Brambilla');
  await picture(anna, 'conti');
  await fill(anna, 'IBAN di incasso', IBAN.replace('60', '61'));
  await click(anna, 'Proponi i conti');
  assert.match(await anna.getByRole('alert').innerText(), /IBAN corretto/);
  await picture(anna, 'conti-errore');
  await fill(anna, 'IBAN di incasso', IBAN);
  await click(anna, 'Proponi i conti');
  await anna.getByRole('status').waitFor();
  const proposta = anna.url().split('?')[0];

  const teresa = await enter(scene, way, CONTROLLO, 'Teresa Locatelli');
  await picture(teresa, 'controllo');
  await fill(teresa, 'Atto', 'Determina n. 41');
  await fill(teresa, 'Data dell’atto', '2026-01-15');
  await click(teresa, 'Registra l’atto e togli la seconda persona');
  await teresa.getByRole('status').waitFor();
  await picture(teresa, 'controllo-spento');

  await anna.goto(proposta);
  await click(anna, 'Conferma la modifica');
  await anna.getByRole('status').waitFor();
  await anna.goto(`${scene.portal.url}${CONTI}`);
  assert.match(await anna.getByRole('main').innerText(), new RegExp(IBAN));
  await anna.goto(`${scene.portal.url}${PROPOSTE}`);
  assert.match(await anna.getByRole('main').innerText(), /Determina n\. 41[\s\S]*Teresa Locatelli/);

  await fill(teresa, 'Atto', 'Determina n. 42');
  await fill(teresa, 'Data dell’atto', '2026-01-16');
  await click(teresa, 'Registra l’atto e rimetti la seconda persona');
  await teresa.getByRole('status').waitFor();
  for (const page of [anna, teresa]) await page.context().close();
});

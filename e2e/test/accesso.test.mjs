// Sign-in as a person meets it: every error of a provider, every wrong answer of the simulator, each level.
// Each page says what happened and what to do; none of them lets anybody in. Pictures: target/screenshots/accesso.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESK, PHONE, launch, newPage } from '../lib/browser.mjs';
import { faults } from '../lib/check.mjs';
import { click, heading } from '../lib/labels.mjs';
import { ROOT, startPortal } from '../lib/portal.mjs';
import { alGestore, pannello, premi, sessioni } from '../lib/simulatore.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 10 * 60_000 };
const WAYS = [{ viewport: PHONE, script: false }, { viewport: DESK, script: true }];
// What happened and what to do, by the number of the error; every other one is a fault of the portal.
const WORDS = {
  19: [/credenziali erano errate troppe volte/, /recuperale sul sito/],
  20: [/non ha le credenziali del livello richiesto/, /Attivale sul sito/],
  21: [/Tempo scaduto/, /Riprova/],
  22: [/Non hai dato il consenso/, /Senza consenso non si può accedere/],
  23: [/sospesa o revocata/, /Contatta/],
  24: [/non ha completato l’accesso/, /Riprova tra poco/],
  25: [/Hai annullato l’accesso/, /riprova/],
  30: [/identità di tipo diverso/, /identità personale/],
};
const OURS = [/ha rifiutato la nostra richiesta/, /Non dipende da te/];
const NUMBERS = [8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 30];

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

// A page that lets nobody in, kept as a picture.
async function refusal(page, title, words, picture) {
  assert.equal(page.made.status(), 403, picture);
  assert.deepEqual(await sessioni(page), [], picture);
  assert.equal(await heading(page), title, picture);
  const text = await page.getByRole('main').innerText();
  for (const word of words) assert.match(text, word, picture);
  assert.match(text, /[0-9a-f]{8}-[0-9a-f]{4}-/, `${picture}: a number to tell the office`);
  assert.deepEqual(await faults(page), [], picture);
  const folder = join(ROOT, 'target/screenshots/accesso', String(page.viewportSize().width));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${picture}.png`), fullPage: true });
}

for (const way of WAYS) {
  const name = `${way.viewport.width} px, script ${way.script ? 'on' : 'off'}`;

  test(`every error of a provider has its page and a way on (${name})`, LIMIT, async () => {
    const page = await newPage(browser, way);
    await alGestore(page, portal);
    assert.deepEqual((await pannello(page)).errors, NUMBERS);
    for (const number of NUMBERS) {
      await alGestore(page, portal);
      await premi(page, portal, `Errore ${number}:`);
      await refusal(page, 'Accesso non riuscito', WORDS[number] ?? OURS, `nr${String(number).padStart(2, '0')}`);
      await click(page, number === 23 ? 'Scegli un altro gestore' : 'Riprova');
      assert.equal(await heading(page), 'Scegli il tuo gestore SPID');
    }
    // The page that was asked for at the beginning is still where the way leads.
    await page.getByRole('main').getByRole('button').first().click();
    if (!page.script) await click(page, 'Continua con');
    await premi(page, portal, 'Entra come Maria Colleoni');
    assert.equal(new URL(page.url()).pathname, '/calvenzano/pratiche');
    assert.deepEqual(await sessioni(page), ['__Host-sportello']);
    await page.context().close();
  });

  test(`every wrong answer is refused (${name})`, LIMIT, async () => {
    const page = await newPage(browser, way);
    const provider = 'Brera';
    await alGestore(page, portal, { provider });
    const { wrong } = await pannello(page);
    assert.ok(wrong.length >= 20, `${wrong.length} wrong answers`);
    const replay = wrong.pop();
    for (const [index, title] of wrong.entries()) {
      await alGestore(page, portal, { provider });
      await premi(page, portal, title);
      await refusal(page, 'Accesso rifiutato', [/non è valida/, /Riprova dall’inizio/], `sbagliata-${index + 1}`);
    }
    // A right answer opens the door once; sent again, in a browser where nobody is signed in, it opens nothing.
    await alGestore(page, portal, { provider });
    await premi(page, portal, 'Entra come Giulia Bianchi');
    assert.deepEqual(await sessioni(page), ['__Host-sportello']);
    await page.context().clearCookies();
    await alGestore(page, portal, { provider });
    await premi(page, portal, replay);
    await refusal(page, 'Accesso rifiutato', [/non è valida/], 'ripetuta');
    await page.context().close();
  });

  test(`who may not come in is told why (${name})`, LIMIT, async () => {
    const page = await newPage(browser, way);
    await alGestore(page, portal);
    await page.getByLabel('Livello 1').check();
    await premi(page, portal, 'Entra come Giulia Bianchi');
    await refusal(page, 'Accesso rifiutato', [/non è valida/], 'livello-1');
    await alGestore(page, portal);
    await premi(page, portal, 'Entra come Luca Moretti');
    await refusal(page, 'Accesso riservato ai maggiorenni', [/genitore/], 'minore');
    await alGestore(page, portal, { start: '/calvenzano/ufficio/accesso' });
    await premi(page, portal, 'Entra come Giulia Bianchi');
    await refusal(page, 'Non hai un ruolo in questo ufficio', [/Chiedilo/], 'senza-ruolo');
    await alGestore(page, portal);
    await page.getByLabel('Livello 3').check();
    await premi(page, portal, 'Entra come Giulia Bianchi');
    assert.deepEqual(await sessioni(page), ['__Host-sportello']);
    await page.context().close();
  });
}

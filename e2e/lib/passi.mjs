// The guide's path in pieces: each does what a parent or a clerk does, by the words on the page.
import assert from 'node:assert/strict';
import { kindOf } from './crawl.mjs';
import { click, fromMenu, heading } from './labels.mjs';
import { signIn } from './signin.mjs';

export const UFFICIO = { name: 'Servizio Istruzione', phone: '0363 000 123', email: 'istruzione@comune.calvenzano.example' };
const MODELLO = /^Modello iscrizione mensa A\.S\. \d{4}\/\d{4}$/;

// Follows a link of the page's own content by its whole label.
export const follow = (page, label) => page.getByRole('main').getByRole('link', { name: label, exact: true }).click();

// Waits for the page with this heading, and checks what every page owes: its title, and help in the same place.
export async function arrive(page, title) {
  try {
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  } catch (error) {
    throw new Error(`waiting for "${title}", standing on "${await page.getByRole('main').innerText()}"`, { cause: error });
  }
  assert.match(await page.title(), / - Comune di Calvenzano/);
  const help = page.getByRole('complementary', { name: 'Contatta il comune' });
  assert.match(await help.innerText(), new RegExp(UFFICIO.name));
  assert.equal(await help.getByRole('link', { name: UFFICIO.phone }).getAttribute('href'), `tel:+39${UFFICIO.phone.replaceAll(' ', '')}`);
  assert.equal(await help.getByRole('link', { name: 'Scrivi un’e-mail' }).getAttribute('href'), `mailto:${UFFICIO.email}`);
  await look(page, title instanceof RegExp ? await heading(page) : title);
}

// Shows a page to whoever watches the story: a photographer, or a checker of rules.
export async function look(page, name) {
  if (!page.watcher) return;
  // With its style sheet, which may come after the heading.
  await page.waitForLoadState('load');
  await page.watcher(page, `${name} (${kindOf(page.url())})`);
}

// From the comune's own site into the portal (G1).
export async function enterPortal(page, portal) {
  await page.goto(portal.simUrl);
  await click(page, 'Comune di Calvenzano');
  await click(page, 'Servizi online');
  await arrive(page, 'Servizi online');
}

// From the home page of the portal to the form's first page, signed in (G2, G3).
export async function startModello(page, person) {
  for (const label of ['Pratiche', 'Apertura pratiche', 'Servizi scolastici', 'Iscrizione servizi scolastici']) {
    await follow(page, label);
    await arrive(page, label);
  }
  await page.getByRole('main').getByRole('link', { name: MODELLO }).click();
  await arrive(page, MODELLO);
  await click(page, 'Avvia pratica');
  await arrive(page, 'Accedi');
  assert.match(await page.getByRole('main').innerText(), /Accedi con lo SPID del genitore che ha presentato la domanda\./);
  assert.equal(await page.getByRole('main').getByRole('textbox').count(), 0, 'there is another way in');
  await signIn(page, person);
  await arrive(page, MODELLO);
}

// To the list of one's pratiche from any page (G7); signs in when it is asked.
export async function consult(page, person) {
  await fromMenu(page, 'Sezione informativa');
  await arrive(page, 'Sezione informativa');
  await follow(page, 'Consultazione pratiche');
  if (person) {
    await arrive(page, 'Accedi');
    await signIn(page, person);
  }
}

// Presses a button of a form and expects it to be refused: status 422, the summary has the focus and leads to the field.
export async function refused(page, button, words) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.getByRole('button', { name: button, exact: true }).filter({ visible: true }).click(),
  ]);
  assert.equal(answer.status(), 422, `${answer.url()} is not refused`);
  const summary = page.getByRole('alert');
  await summary.waitFor();
  assert.match(await page.title(), /^Errore: /);
  assert.match(await summary.innerText(), /C’è un problema/);
  for (const said of [words].flat()) {
    const link = summary.getByRole('link', { name: said });
    const target = new URL(await link.getAttribute('href'), page.url()).hash;
    assert.equal(await page.locator(target).count(), 1, `${said} leads to no field`);
  }
  // Browsers give the focus when they have drawn the page.
  await page.locator('[role=alert]:focus').waitFor();
  await look(page, `${await heading(page)}, errore`);
}

// Presses Avanti and waits for the page that follows.
export async function next(page, title) {
  await click(page, 'Avanti');
  await arrive(page, title);
}

// The field's or the group's row of children.
export const riga = (page, name) => page.getByRole('group', { name });

// What the confirmation says: the number of each child's pratica, and of the protocol.
export async function numbers(page) {
  await arrive(page, 'Richiesta inviata');
  const text = await page.getByRole('main').innerText();
  // A form may be about no child.
  const pratiche = Array.from(text.matchAll(/(?:Pratica di (.+)|Numero della pratica)\s+(\S+)/g), ([, chi, numero]) => ({ chi, numero }));
  const [, protocollo] = text.match(/Protocollo\s+n\. (\S+) del/) ?? [];
  assert.ok(pratiche.length > 0 && protocollo, text);
  return { text, pratiche, protocollo };
}

// Reloads as the page says, until what is waited for is there.
export async function until(page, label, found, { timeoutMs = 20_000 } = {}) {
  const end = Date.now() + timeoutMs;
  while ((await found.count()) === 0) {
    assert.ok(Date.now() < end, `still waiting: ${await heading(page)}`);
    await click(page, label);
    await page.waitForLoadState();
  }
}

// G11 and what follows from it: the other parent asks, the applicant gives a delega, both can end it.
import assert from 'node:assert/strict';
import { newPage } from '../browser.mjs';
import { choose, click, fill, fromMenu } from '../labels.mjs';
import { arrive, enterPortal } from '../passi.mjs';
import { signIn } from '../signin.mjs';

// A page of somebody signed in, on their deleghe.
export async function apriDeleghe({ browser, portal, way, watcher }, name) {
  const page = Object.assign(await newPage(browser, way), { watcher });
  await enterPortal(page, portal);
  await fromMenu(page, 'Sezione informativa');
  await click(page, 'Deleghe');
  await arrive(page, 'Accedi');
  await signIn(page, name);
  await arrive(page, 'Deleghe');
  return page;
}

// Invites a codice fiscale for everything that `scope` names.
export async function invita(page, codice, scope) {
  await fill(page, 'Codice fiscale della persona', codice);
  await choose(page, 'Che cosa può fare', new RegExp(`^${scope}$`));
  await click(page, 'Invita');
  await arrive(page, 'Deleghe');
  assert.match(await page.getByRole('main').innerText(), /Invito pronto/);
}

export async function accetta(page, name) {
  const before = await page.getByRole('main').innerText();
  assert.ok(before.includes(`${name} ti ha mandato un invito`), before);
  assert.doesNotMatch(before, /Tommaso|Sofia|Giacomo|€/, 'it tells of children or debts before acceptance');
  await click(page, 'Accetta');
  await arrive(page, 'Deleghe');
}

// Every page says in whose name one looks.
export async function inNomeDi(page, name) {
  assert.match(await page.locator('body').innerText(), new RegExp(`Stai vedendo i servizi di ${name}\\.`));
}

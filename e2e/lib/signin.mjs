// Signing in as a person does: by SPID, at the simulator, by what can be read there.
import { click } from './labels.mjs';

// From a page that asks for sign-in (or offers Accedi) back to where it leads. `name` as the simulator lists it.
export async function signIn(page, name, { provider } = {}) {
  const accedi = page.getByRole('link', { name: 'Accedi', exact: true }).filter({ visible: true });
  if ((await accedi.count()) > 0 && !new URL(page.url()).pathname.includes('/accesso')) await accedi.first().click();
  const entra = page.getByRole('link', { name: 'Entra con SPID' });
  if ((await entra.count()) > 0) await entra.first().click();
  const portal = new URL(page.url()).origin;
  const providers = page.getByRole('main').getByRole('button', provider ? { name: provider } : {});
  await providers.first().click();
  // Without script the request is sent on by a button.
  const onward = page.getByRole('button', { name: /^Continua con/ });
  if (!page.script) await onward.click();
  await page.waitForURL((url) => url.origin !== portal);
  await click(page, name, { first: true });
  // The answer comes back the same way.
  const back = page.getByRole('button', { name: /^(Continua|Torna|Invia)/ });
  if (new URL(page.url()).origin !== portal && (await back.count()) > 0) await back.first().click();
  await page.waitForURL((url) => url.origin === portal);
}

// Signing in as a person does: by SPID, at the simulator, by what can be read there.
import { click } from './labels.mjs';

// From a page that asks for sign-in (or offers Accedi) back to where it leads. `name`: given name and family name.
// `answer` is pressed at the simulator instead, such as "Errore 22".
export async function signIn(page, name, { provider, level, answer = `Entra come ${name}` } = {}) {
  const portal = new URL(page.url()).origin;
  const here = () => new URL(page.url());
  if (!here().pathname.includes('/accesso')) await click(page, 'Accedi', { first: true });
  const door = page.getByRole('link', { name: 'Entra con SPID' });
  if ((await door.count()) > 0) await door.first().click();
  await page.getByRole('main').getByRole('button', provider ? { name: provider } : {}).first().click();
  // With script the request goes on by itself; without it, and the answer too, by a button.
  if (!page.script) await click(page, 'Continua con');
  await page.waitForURL((url) => url.origin !== portal);
  if (level) await page.getByLabel(`Livello ${level}`).check();
  await click(page, answer);
  if (!page.script) await click(page, 'Torna al portale');
  await page.waitForURL((url) => url.origin === portal);
}

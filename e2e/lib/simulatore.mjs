// At the simulator of providers: what can be pressed there, by what can be read.

// The panel of the provider of this page: numbers of the errors, titles of the wrong answers, levels.
export async function pannello(page) {
  const names = await page.getByRole('button').allInnerTexts();
  const errors = names.map((name) => /^Errore (\d+):/.exec(name)?.[1]).filter(Boolean).map(Number);
  const wrong = await page.locator('button[name=guasto]').allInnerTexts();
  return { errors, wrong };
}

// From a page that offers SPID to the page of a provider; the first that is shown unless it is named.
export async function alGestore(page, portal, { start = '/calvenzano/accesso/spid?poi=%2Fpratiche', provider } = {}) {
  await page.goto(`${portal.url}${start}`);
  await page.getByRole('main').getByRole('button', provider ? { name: provider } : {}).first().click();
  if (!page.script) await page.getByRole('button', { name: 'Continua con' }).click();
  await page.waitForURL((url) => url.origin !== portal.url);
}

// Presses a button of the provider and waits to be back at the portal.
export async function premi(page, portal, name) {
  await page.getByRole('button', { name }).first().click();
  if (!page.script) await page.getByRole('button', { name: 'Torna al portale' }).click();
  await page.waitForURL((url) => url.origin === portal.url);
}

// The cookies by which somebody is signed in.
export async function sessioni(page) {
  const cookies = await page.context().cookies();
  return cookies.filter(({ name }) => ['__Host-sportello', '__Host-ufficio'].includes(name)).map(({ name }) => name);
}

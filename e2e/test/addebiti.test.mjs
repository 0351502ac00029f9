// Direct debits (G13) and the payment door with a notice (G14), in every way in which people come, each page by the rules.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WAYS, launch } from '../lib/browser.mjs';
import { rules } from '../lib/check.mjs';
import { startPortal } from '../lib/portal.mjs';
import { aspettaAddebito, leggiEsitoBanca, mandaInBanca, pagaInsoluto, rifiuto, trovaInsoluto, valida } from '../lib/storia/addebiti.mjs';
import { ELENA, MARIA, intero } from '../lib/storia/gente.mjs';
import { entra, pagaConAvviso, pagata, stampaAvviso } from '../lib/storia/rette.mjs';
import { entraInUfficio } from '../lib/storia/ufficio.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 4 * 60_000 };
// Fewer pages than this mean that the walk went another way.
const LEAST_PAGES = 12;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

// A debt is refused once and paid once, so each way has a portal of its own.
for (const way of WAYS) {
  test(`direct debits and notices (${way.name})`, { timeout: 8 * 60_000 }, async (t) => {
    const portal = await startPortal();
    const { watcher, seen, found } = rules([way.viewport]);
    const scene = { browser, portal, way, watcher };
    try {
      await t.test('the bank refuses a debit, the family pays the insoluto', LIMIT, () => insoluto(scene));
      await t.test('a notice is paid at the door', LIMIT, () => avviso(scene));
    } finally {
      await portal.stop();
    }
    assert.ok(seen.size >= LEAST_PAGES, `only ${seen.size} pages: ${[...seen].join(', ')}`);
    assert.deepEqual(found, []);
  });
}

async function insoluto(scene) {
  const desk = await entraInUfficio(scene);
  const file = await mandaInBanca(desk);
  await valida(file);
  const [refused, kept] = [0, 1].map((which) => rifiuto(file, which).numero);
  const page = await entra({ ...scene, chi: intero(ELENA), dove: 'Pagamento servizi scolastici' });
  for (const numero of [refused, kept]) await aspettaAddebito(page, numero);
  assert.equal(await leggiEsitoBanca(desk, file, 0), refused);
  await trovaInsoluto(page, scene.portal, refused);
  await aspettaAddebito(page, kept);
  await pagaInsoluto(page, scene.portal, refused);
  await aspettaAddebito(page, kept);
  for (const visit of [desk, page]) await visit.context().close();
}

async function avviso(scene) {
  const page = await entra({ ...scene, chi: intero(MARIA), dove: 'Pagamento servizi scolastici' });
  const printed = await stampaAvviso(page);
  await pagaConAvviso(scene, { ...printed, cf: MARIA.codice });
  await page.reload();
  await pagata(page, printed.numero);
  await page.context().close();
}

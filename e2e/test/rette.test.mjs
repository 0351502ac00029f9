// The second half of the guide: invoices, payments, direct debits, the payment door.
import { after, before, test } from 'node:test';
import { WAYS, launch } from '../lib/browser.mjs';
import { startPortal } from '../lib/portal.mjs';
import { ELENA, MARIA, intero } from '../lib/storia/gente.mjs';
import {
  altroGenitoreSenzaRette,
  entra,
  inAddebito,
  inTabaccheria,
  leggiFattura,
  pagaOnline,
  pagaSpontaneo,
  pagata,
  serviziScolastici,
  stampaAvviso,
} from '../lib/storia/rette.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };

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

for (const way of WAYS) {
  test(`an invoice is read and its PDF opened (${way.name})`, LIMIT, async () => {
    const page = await entra({ browser, portal, way, chi: intero(MARIA), dove: 'Documenti contabili' });
    await leggiFattura(page, MARIA.iscritto);
    await page.context().close();
  });

  test(`what the bank debits cannot be paid here (${way.name})`, LIMIT, async () => {
    const page = await entra({ browser, portal, way, chi: intero(ELENA), dove: 'Pagamento servizi scolastici' });
    await inAddebito(page);
    await page.context().close();
  });

  test(`the other parent finds no invoices (${way.name})`, LIMIT, () => altroGenitoreSenzaRette({ browser, portal, way }));

  test(`somebody pays without signing in (${way.name})`, LIMIT, () =>
    pagaSpontaneo({ browser, portal, way }, { pagante: ELENA, alunno: 'Fumagalli Matilde', importo: '12,30' }));
}

// One debt is paid once: with the phone and without script online, at a counter from the printed notice.
test('a debt is paid online, another at a counter', LIMIT, async () => {
  const [way] = WAYS;
  const page = await entra({ browser, portal, way, chi: intero(MARIA), dove: 'Pagamento servizi scolastici' });
  await pagaOnline(page, portal);
  await serviziScolastici(page, 'Pagamento servizi scolastici');
  const avviso = await stampaAvviso(page);
  await inTabaccheria({ browser, portal, way }, avviso);
  await serviziScolastici(page, 'Pagamento servizi scolastici');
  await pagata(page, avviso.numero);
  await page.context().close();
});

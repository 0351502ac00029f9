// Drafts that do not fail people, with script and without: two devices, a modello that changes, a window that closes.
import { after, before, test } from 'node:test';
import { WAYS, launch, newPage } from '../lib/browser.mjs';
import { startPortal } from '../lib/portal.mjs';
import { dueDispositivi, finoAlRiepilogo, inviaTardi, modelloNuovo, ultimoMinuto } from '../lib/storia/bozze.mjs';
import { GENITORI } from '../lib/storia/gente.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 3 * 60_000 };
// Script on at a desk, script off on a phone.
const TWO = [WAYS[0], WAYS[3]];
const DAY_MS = 86_400_000;

let portal;
let browser;
before(async () => {
  portal = await startPortal({ clock: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

for (const [index, way] of TWO.entries()) {
  test(`two devices with the same page lose nothing (${way.name})`, LIMIT, () =>
    dueDispositivi({ browser, portal, way, chi: GENITORI[index] }));

  test(`a modello that changes before Invia is looked at again (${way.name})`, LIMIT, () =>
    modelloNuovo({ browser, portal, way, chi: GENITORI[2 + index], volta: index }));
}

// Last, because the clock only goes on: the window of the versions above ends with the day of 45 days from now.
test('a window that closes between summary and Invia keeps the draft (script on, script off)', LIMIT, async () => {
  for (const [index, way] of TWO.entries()) {
    const page = await newPage(browser, way);
    await finoAlRiepilogo({ page, portal, chi: GENITORI[index] });
    await page.context().close();
  }
  const closes = endOfDay(new Date(Date.now() + 45 * DAY_MS));
  await portal.passTo(new Date(closes.getTime() - 5 * 60_000));
  const pages = [];
  for (const [index, way] of TWO.entries()) pages.push(await ultimoMinuto({ browser, portal, way, chi: GENITORI[index] }));
  await portal.passTo(new Date(closes.getTime() + 60_000));
  for (const page of pages) await inviaTardi(page);
});

// Midnight in Italy after the day of an instant (UTC, as `--al` was written).
function endOfDay(instant) {
  const next = new Date(`${new Date(instant.getTime() + DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`);
  const hour = Number(new Intl.DateTimeFormat('it-IT', { timeZone: 'Europe/Rome', hour: 'numeric', hourCycle: 'h23' }).format(next));
  return new Date(next.getTime() - hour * 3_600_000);
}

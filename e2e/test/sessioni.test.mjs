// Open sessions as their person meets them: seen, ended one by one and all at once; after the time, back to the very page.
// Pictures: target/screenshots/sessioni.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE } from '../lib/browser.mjs';
import { click, heading } from '../lib/labels.mjs';
import { enter, pictures, scena } from '../lib/scena.mjs';
import { signIn } from '../lib/signin.mjs';
import { sessioni } from '../lib/simulatore.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 10 * 60_000 };
const WAYS = [{ viewport: PHONE, script: false }, { viewport: DESK, script: true }];
const DOORS = [
  { who: 'parent', name: 'Giulia Bianchi', list: '/calvenzano/area-personale/accessi', cookie: '__Host-sportello' },
  { who: 'clerk', name: 'Anna Brambilla', list: '/calvenzano/ufficio/accessi', cookie: '__Host-ufficio' },
];

const scene = scena();
const picture = pictures('sessioni');

for (const way of WAYS) {
  for (const door of DOORS) {
    const name = `${door.who}, ${way.viewport.width} px, script ${way.script ? 'on' : 'off'}`;

    test(`open sessions are seen and ended (${name})`, LIMIT, async () => {
      const [here, there] = [await enter(scene, way, door.list, door.name), await enter(scene, way, door.list, door.name)];
      await here.reload();
      assert.equal(await heading(here), 'I tuoi accessi');
      const rows = here.locator('tbody tr');
      const count = await rows.count();
      assert.ok(count >= 2, `${count} sessions`);
      const own = rows.filter({ hasText: 'questo dispositivo' });
      assert.equal(await own.count(), 1);
      assert.match(await own.innerText(), /Chrome, Linux[\s\S]*SPID, livello 2/);
      await picture(here, `accessi-${door.who}`);

      // The first of the others was used last: it is the other browser's.
      await rows.filter({ hasNotText: 'questo dispositivo' }).first().getByRole('button').click();
      await here.getByRole('status').waitFor();
      assert.match(await here.getByRole('status').innerText(), /quell’accesso è chiuso/);
      assert.equal(await rows.count(), count - 1);
      await picture(here, `accessi-chiuso-${door.who}`);
      await there.reload();
      assert.match(new URL(there.url()).pathname, /\/accesso$/, 'the other browser must sign in again');
      await signIn(there, door.name);
      assert.equal(new URL(there.url()).pathname, door.list);

      await click(here, 'Esci da tutti i dispositivi');
      await here.waitForURL((url) => url.pathname !== door.list);
      assert.deepEqual(await sessioni(here), []);
      await there.goto(`${scene.portal.url}${door.list}?chiuso=si&altro=1%2F2`);
      assert.match(new URL(there.url()).pathname, /\/accesso$/);
      await signIn(there, door.name);
      assert.equal(there.url(), `${scene.portal.url}${door.list}?chiuso=si&altro=1%2F2`, 'path and query survive');
      await here.context().close();
      await there.context().close();
    });
  }
}

// The program's own commands, run beside the portal of a test as whoever keeps the installation would.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './portal.mjs';

// Runs `sportello` on the data of a portal; answers what it printed.
export function sportello(portal, args) {
  const env = {
    ...process.env,
    SPORTELLO_MODE: 'demo',
    SPORTELLO_ORIGIN: portal.url,
    SPORTELLO_STORAGE__DATABASE: join(portal.data, 'sportello.db'),
    SPORTELLO_STORAGE__FILES: join(portal.data, 'files'),
    SPORTELLO_STORAGE__KEY_FILE: join(portal.data, 'keys/sportello.key'),
  };
  return execFileSync(join(ROOT, 'target/debug/sportello'), args, { env, encoding: 'utf8' });
}

// A minute at the ente, `minutes` from now, as the commands take it.
export function minuteOfRome(minutes) {
  const at = new Date(Date.now() + minutes * 60_000);
  const [date, time] = at.toLocaleString('sv-SE', { timeZone: 'Europe/Rome' }).split(' ');
  return `${date}T${time.slice(0, 5)}`;
}

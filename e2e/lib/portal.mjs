// A whole portal with its simulators and fresh demo data, started and ended as a person would: by `cargo xtask demo`.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const READY = /Sportello è pronto/;
const READY_TIMEOUT_MS = 20 * 60_000;
const READY_CLOCK_MS = 20_000;
const END_TIMEOUT_MS = 30_000;

// Answers { url, simUrl, people, data, log(), command(), stop() }; `data` is the folder to search for what must not be
// there, `command` runs one of the portal's own commands on it. With `clock` there is also `passTo(instant)`: what time the
// portal and the simulators believe it is from then on, `passOn(ms)`: so much later, and `now()`: what time it is there.
export async function startPortal({ clock = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-e2e-'));
  const data = join(folder, 'data');
  const hands = join(folder, 'ora');
  if (clock) await writeFile(hands, '+0');
  const port = await freePort();
  // Cargo asks the compiler for its version, and that stands still under a moved clock: only what is built may see it.
  await run('cargo', ['build', '--quiet', '--package', 'xtask'], { cwd: ROOT });
  const child = spawn(join(ROOT, 'target/debug/xtask'), ['demo', '--no-browser', '--port', String(port), '--data', data], {
    cwd: ROOT,
    env: { ...process.env, ...(clock ? await movedBy(hands) : await anotherDay(process.env.E2E_DAY)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // However this process ends, the demo ends with it.
  const endChild = () => child.kill('SIGINT');
  process.once('exit', endChild);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  let printed = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    }
    process.off('exit', endChild);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the demo is not ready after ${READY_TIMEOUT_MS} ms`)), READY_TIMEOUT_MS);
      const hear = (chunk) => {
        printed += chunk;
        if (READY.test(printed)) done(resolve);
      };
      const done = (settle, value) => {
        clearTimeout(timer);
        settle(value);
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      ended.then((how) => done(reject, new Error(`the demo ended (${how}) before it was ready`)));
      child.once('error', (error) => done(reject, error));
    });
  } catch (error) {
    await stop();
    throw new Error(`${error.message}; it printed:\n${printed}`, { cause: error });
  }
  const simUrl = `http://localhost:${port + 10}`;
  // Node 18 asks IPv6 first for `localhost`, where nobody listens.
  const people = await (await fetch(`http://127.0.0.1:${port + 10}/people.json`)).json();
  const log = (name) => readFile(join(data, 'log', name), 'utf8');
  const url = `http://127.0.0.1:${port}`;
  const command = (...words) => run(join(ROOT, 'target/debug/sportello'), words, { cwd: ROOT, env: { ...process.env, ...settings(url, simUrl, data) } });
  let ahead_ms = 0;
  const now = () => new Date(Date.now() + ahead_ms);
  const passTo = async (instant) => {
    ahead_ms = instant - Date.now();
    await writeFile(hands, `+${Math.round(ahead_ms / 1000)}`);
    // The program reads its clock's file once a second.
    await untilClock(url, instant);
  };
  const passOn = (ms) => passTo(new Date(now().getTime() + ms));
  return { url, simUrl, people, data, log, command, passTo, passOn, now, stop };
}

const run = promisify(execFile);

// What a command needs to work on the demo's data beside the portal that serves them.
function settings(url, simUrl, data) {
  return {
    SPORTELLO_MODE: 'demo',
    SPORTELLO_ORIGIN: url,
    SPORTELLO_SIMULATORS: simUrl,
    SPORTELLO_STORAGE__DATABASE: join(data, 'sportello.db'),
    SPORTELLO_STORAGE__FILES: join(data, 'files'),
    SPORTELLO_STORAGE__KEY_FILE: join(data, 'keys/sportello.key'),
  };
}

// Until the portal's answers carry the new time.
async function untilClock(url, instant) {
  const end = Date.now() + READY_CLOCK_MS;
  for (;;) {
    const said = new Date((await fetch(`${url}/healthz`)).headers.get('date'));
    if (Math.abs(said - instant) < 60_000) return;
    if (Date.now() > end) throw new Error(`the portal's clock says ${said.toISOString()}, not ${instant.toISOString()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

// What makes portal and simulators believe that today is `day` (2027-09-15): Debian's package faketime. Nothing else is
// told so; the browser stays in our time.
async function anotherDay(day) {
  if (!day) return {};
  const away_s = Math.round((new Date(`${day}T12:00:00Z`) - new Date()) / 1000);
  return { ...(await faked()), FAKETIME: away_s < 0 ? String(away_s) : `+${away_s}` };
}

// The same, with a file that says how far away the time is and may change.
async function movedBy(file) {
  return { ...(await faked()), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1' };
}

async function faked() {
  const folders = await readdir('/usr/lib');
  const library = folders.map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`).find((path) => existsSync(path));
  if (!library) throw new Error('a moved clock needs the package faketime: apt-get install faketime');
  return {
    LD_PRELOAD: library,
    FAKETIME_ONLY_CMDS: 'sportello,sportello-sim',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}

// The demo takes four ports: the given one and those 10, 20 and 30 above.
async function freePort() {
  for (;;) {
    const port = await listenOnce(0);
    if (port > 65505) continue;
    const others = await Promise.allSettled([10, 20, 30].map((above) => listenOnce(port + above)));
    if (others.every((other) => other.status === 'fulfilled')) return port;
  }
}

function listenOnce(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address();
      server.close(() => resolve(found));
    });
  });
}

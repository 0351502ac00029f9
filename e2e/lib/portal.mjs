// A whole portal with its simulators and fresh demo data, started and ended as a person would: by `cargo xtask demo`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const READY = /Sportello è pronto/;
const READY_TIMEOUT_MS = 20 * 60_000;
const END_TIMEOUT_MS = 30_000;

// Answers { url, simUrl, people, data, log(), stop() }; `data` is the folder to search for what must not be there.
export async function startPortal() {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-e2e-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const child = spawn('cargo', ['xtask', 'demo', '--no-browser', '--port', String(port), '--data', data], {
    cwd: ROOT,
    env: { ...process.env, ...(await anotherDay(process.env.E2E_DAY)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // However this process ends, the demo ends with it.
  const endChild = () => child.kill('SIGINT');
  process.once('exit', endChild);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  let printed = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  // `cargo run` becomes the program it has built, so the signal reaches the demo itself.
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
  return { url: `http://127.0.0.1:${port}`, simUrl, people, data, log, stop };
}

// What makes portal and simulators believe that today is `day` (2027-09-15): Debian's package faketime. Nothing else is
// told so; the browser stays in our time.
async function anotherDay(day) {
  if (!day) return {};
  const folders = await readdir('/usr/lib');
  const library = folders.map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`).find((path) => existsSync(path));
  if (!library) throw new Error('E2E_DAY needs the package faketime: apt-get install faketime');
  const away_s = Math.round((new Date(`${day}T12:00:00Z`) - new Date()) / 1000);
  return {
    LD_PRELOAD: library,
    FAKETIME: away_s < 0 ? String(away_s) : `+${away_s}`,
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

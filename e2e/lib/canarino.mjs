// Looks for words in everything that a portal has written: a canary that sings where something protected lies open.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './portal.mjs';
import { textOfBytes } from './posta.mjs';

const run = promisify(execFile);

// `sportello backup` of the running portal into a new folder.
export async function backup(portal, folder) {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const storage = {
    SPORTELLO_MODE: 'demo',
    SPORTELLO_ORIGIN: portal.url,
    SPORTELLO_STORAGE__DATABASE: join(portal.data, 'sportello.db'),
    SPORTELLO_STORAGE__FILES: join(portal.data, 'files'),
    SPORTELLO_STORAGE__KEY_FILE: join(portal.data, 'keys', 'sportello.key'),
  };
  await run(join(target, 'debug', 'sportello'), ['backup', folder], { cwd: ROOT, env: { ...process.env, ...storage } });
}

// Every file below `folder`, with the text of those that are PDF: [{ name, bytes }].
export async function contents(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const bytes = await readFile(path);
    found.push({ name: relative(folder, path), bytes: await withText(bytes) });
  }
  return found;
}

// Every letter of the simulator as it came, with the text of its attachments.
export async function letters(portal) {
  const at = (path) => fetch(new URL(path, portal.simUrl.replace('localhost', '127.0.0.1')));
  const list = await (await at('/posta.json')).json();
  const found = [];
  for (const letter of list) {
    found.push({ name: `letter ${letter.number}`, bytes: Buffer.from(JSON.stringify(letter)) });
    for (const index of letter.attachments.keys()) {
      const bytes = Buffer.from(await (await at(`/posta/${letter.number}/allegato/${index}`)).arrayBuffer());
      found.push({ name: `letter ${letter.number}, attachment ${index}`, bytes: await withText(bytes) });
    }
  }
  return found;
}

// A PDF packs its text: both its bytes and its text are looked at.
async function withText(bytes) {
  return bytes.subarray(0, 5).toString() === '%PDF-' ? Buffer.concat([bytes, Buffer.from(await textOfBytes(bytes))]) : bytes;
}

// Where `words` stand, in UTF-8, in UTF-16, in base64 at each of its three offsets, or in hexadecimal.
export function where(places, words) {
  const shapes = [Buffer.from(words), Buffer.from(words, 'utf16le'), Buffer.from(Buffer.from(words).toString('hex')), ...base64(words)];
  return places.filter(({ bytes }) => shapes.some((shape) => bytes.includes(shape))).map(({ name }) => name);
}

function base64(words) {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(words)]).toString('base64');
    // The letters at both ends depend on the neighbours.
    return Buffer.from(text.slice(offset === 0 ? 0 : 4, -4));
  });
}

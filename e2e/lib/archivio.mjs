// What a browser saves: the file behind a button, and what is in an archive.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { click } from './labels.mjs';

// The bytes that a button lets the browser save, and the name of the file.
export async function saved(page, button) {
  const coming = page.waitForEvent('download');
  await click(page, button);
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

// Names and contents of an archive, found by its directory as any reader does.
export function unzip(bytes) {
  const end = bytes.length - 22;
  assert.equal(bytes.readUInt32LE(end), 0x06054b50, 'no archive');
  const files = new Map();
  for (let at = bytes.readUInt32LE(end + 16); at < end; ) {
    const [packed, length, offset] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt32LE(at + 42)];
    const begins = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    const name = bytes.subarray(at + 46, at + 46 + length).toString('utf8');
    files.set(name, inflateRawSync(bytes.subarray(begins, begins + packed)).toString('utf8'));
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

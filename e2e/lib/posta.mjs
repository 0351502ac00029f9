// The letter box of the simulator, and the text of the documents in it.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WAIT_MS = 30_000;
const POLL_MS = 200;

// Text of a PDF as a person reads it.
export const textOf = (path) => execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });

// Text of a PDF in memory.
export async function textOfBytes(bytes) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-pdf-'));
  try {
    const path = join(folder, 'documento.pdf');
    await writeFile(path, bytes);
    return textOf(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Opens the first letter that says each of `words`, in a tab of its own, as soon as it is there: { subject, text, receipt }.
export async function letterWith(page, portal, words, { receipt = true } = {}) {
  const tab = await page.context().newPage();
  try {
    const index = await letterNumber(tab, portal, words);
    await tab.goto(`${portal.simUrl}/posta/${index}`);
    const subject = await tab.getByRole('heading', { level: 1 }).innerText();
    const text = await tab.getByRole('main').innerText();
    if (!receipt) return { subject, text };
    const href = await tab.getByRole('link', { name: /\.pdf$/ }).first().getAttribute('href');
    const answer = await tab.request.get(new URL(href, portal.simUrl).href);
    return { subject, text, receipt: await textOfBytes(await answer.body()) };
  } finally {
    await tab.close();
  }
}

// Whether a text holds these words whole: 2026/1 is not in 2026/12.
export const says = (text, words) => new RegExp(`(?<![\\w/])${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w/])`).test(text);

async function letterNumber(tab, portal, words) {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const letters = await (await tab.request.get(`${portal.simUrl}/posta.json`)).json();
    const found = letters.find(({ subject, text }) => [words].flat().every((said) => says(`${subject}\n${text}`, said)));
    if (found) return found.number;
    if (Date.now() > end) throw new Error(`no letter about ${words} in ${WAIT_MS} ms`);
    await tab.waitForTimeout(POLL_MS);
  }
}

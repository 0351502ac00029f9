// Documents as a person sees them: their text, and the codes that a telephone scans.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DPI = '200';
const TRIES = 40;
const WAIT_MS = 250;

// The document behind a link, fetched as the person who is signed in: { text, codes }.
export async function documentOf(page, link) {
  const address = new URL(await link.getAttribute('href'), page.url()).href;
  // Playwright keeps secure cookies from plain loopback addresses, which a browser does not.
  const { hostname } = new URL(address);
  const cookies = (await page.context().cookies()).filter(({ domain }) => domain === hostname);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await page.request.get(address, { headers: { cookie } });
  if (!answer.ok() || answer.headers()['content-type'] !== 'application/pdf') {
    throw new Error(`${address}: ${answer.status()} ${answer.headers()['content-type']}`);
  }
  return read(await answer.body());
}

// The same once it is made: until then the page is read anew, as whoever waits for it does.
export async function documentSoon(page, words) {
  const link = page.getByRole('main').getByRole('link', { name: words });
  for (let tries = 0; tries < TRIES && (await link.count()) === 0; tries += 1) {
    await page.waitForTimeout(WAIT_MS);
    await page.reload();
  }
  return documentOf(page, link);
}

async function read(bytes) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-pdf-'));
  try {
    const path = join(folder, 'documento.pdf');
    await writeFile(path, bytes);
    const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
    execFileSync('pdftoppm', ['-r', DPI, '-png', path, join(folder, 'pagina')]);
    const pages = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
    return { text, codes: pages.flatMap((name) => scan(join(folder, name))) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// zbarimg ends with 4 when a page has no code.
function scan(path) {
  try {
    return execFileSync('zbarimg', ['--quiet', '--raw', path], { encoding: 'utf8' }).split('\n').filter(Boolean);
  } catch (error) {
    if (error.status === 4) return [];
    throw error;
  }
}

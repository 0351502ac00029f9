// What every page must keep: accessibility, weight, width, and the content policy.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { newPage, scrollsSideways } from './browser.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const KIB = 1024;
// Compressed, without heads, on a first visit.
export const BUDGETS = { html: 12 * KIB, css: 16 * KIB, font: 34 * KIB, icon: 6 * KIB, script: 8 * KIB, total: 80 * KIB, requests: 7 };

// Violations of axe-core on the page as it stands, as short lines.
export async function axe(page) {
  // Where the browser has script off, it is on only now: the page's own scripts have not run.
  await page.setScript(true);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES);
  await page.setScript(page.script);
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}`));
}

// Bytes and requests of a first visit to `url`, with the cookies of `from` when it is given.
export async function transfer(browser, url, { from, ...how } = {}) {
  const page = await newPage(browser, how);
  const context = page.context();
  if (from) await context.addCookies(await from.context().cookies());
  const finished = [];
  page.on('requestfinished', (request) => finished.push(request));
  await page.goto(url, { waitUntil: 'networkidle' });
  // The icon of the tab is the file of icons, which is there already: what is asked again comes from the browser's own store.
  const fetched = [...new Map(finished.map((request) => [request.url(), request])).values()];
  const weight = { html: 0, css: 0, font: 0, icon: 0, script: 0, other: 0, total: 0, requests: fetched.length };
  for (const request of fetched) {
    const { responseBodySize } = await request.sizes();
    weight[kind(request)] += responseBodySize;
    weight.total += responseBodySize;
  }
  await context.close();
  return weight;
}

function kind(request) {
  const byType = { document: 'html', stylesheet: 'css', font: 'font', script: 'script' }[request.resourceType()];
  return byType ?? (/\.(svg|png|jpe?g)$/.test(new URL(request.url()).pathname) ? 'icon' : 'other');
}

// Budgets that the weight does not keep, as short lines.
export function overBudget(weight) {
  return Object.entries(BUDGETS)
    .filter(([what, limit]) => weight[what] > limit)
    .map(([what, limit]) => `${what}: ${weight[what]} of ${limit}`);
}

// The page's own HTML against its budget, whatever was asked to get it.
export async function heavyHtml(page) {
  const { responseBodySize } = await page.made.request().sizes();
  return responseBodySize > BUDGETS.html ? [`html: ${responseBodySize} of ${BUDGETS.html}`] : [];
}

// Everything that can be seen on the page as it stands; an empty list is the only good answer.
export async function faults(page) {
  // A heading can be found before the style sheet is there: what is judged is the page as it is read.
  await page.waitForLoadState('load');
  const found = [...(await axe(page)).map((line) => `axe: ${line}`), ...(await structure(page))];
  if (await scrollsSideways(page)) found.push('width: the page scrolls sideways');
  return [...found, ...page.faults.map((line) => `console: ${line}`)];
}

// The frame that every page owes: language, title, one main heading, no level of headings skipped.
export async function structure(page) {
  const { lang, title, levels, main } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    levels: Array.from(document.querySelectorAll('h1,h2,h3,h4,h5,h6'), (heading) => Number(heading.tagName[1])),
    main: document.querySelectorAll('main').length,
  }));
  const found = [];
  if (!['it', 'en'].includes(lang)) found.push(`lang: "${lang}"`);
  if (!/ - (Comune|Unione) /.test(title)) found.push(`title: "${title}"`);
  if (main !== 1) found.push(`main: ${main}`);
  if (levels.filter((level) => level === 1).length !== 1) found.push(`headings: ${levels.join(' ')} has not one h1`);
  // What comes before the main heading (the box of errors) is its own start.
  const body = levels.slice(levels.indexOf(1));
  if (body.some((level, index) => index > 0 && level > body[index - 1] + 1)) found.push(`headings: ${levels.join(' ')} skip a level`);
  return found;
}

const HEADERS = {
  'content-security-policy': /^default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'[^;]*; frame-ancestors 'none'$/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\)/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
};

// Pages of the office's preview stand in a frame of the office, and of nobody else.
const FRAMED = /^default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'self'$/;

// Headers that the answer to `address` lacks; `personal` pages are kept by nobody.
export function unsafe(headers, personal, address) {
  const framed = address.includes('/anteprima/compila/') ? { 'content-security-policy': FRAMED } : {};
  const wanted = { ...HEADERS, ...framed, 'cache-control': personal ? /^no-store$/ : /^(no-cache|no-store|public, max-age=\d+.*)$/ };
  return Object.entries(wanted)
    .filter(([name, value]) => !value.test(headers[name] ?? ''))
    .map(([name]) => `header ${name}: ${headers[name]}`);
}

// A watcher of a story: each page once, at each width, against every rule; `keep` is given each, to keep a picture. `found` is what is
// wrong, `seen` the pages.
export function rules(viewports, keep = async () => {}) {
  const found = [];
  const seen = new Set();
  const watcher = async (page, name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const office = name.includes('/ufficio');
    // The office works at a desk all day: its pages have no budget.
    for (const fault of office ? [] : await heavyHtml(page)) found.push(`${name}: ${fault}`);
    for (const fault of unsafe(page.made.headers(), office || page.url().includes('/compila/'), page.url())) found.push(`${name}: ${fault}`);
    const before = page.viewportSize();
    for (const viewport of viewports) {
      await page.setViewportSize(viewport);
      for (const fault of await faults(page)) found.push(`${name}, ${viewport.width} px: ${fault}`);
      page.faults.length = 0;
    }
    await page.setViewportSize(before);
    await keep(page, `${seen.size} ${name}`);
  };
  return { watcher, seen, found };
}

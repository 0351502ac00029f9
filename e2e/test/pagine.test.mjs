// Every page that links lead to, as nobody, a parent and a clerk: accessible, light, narrow enough, no dead link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, NARROW, launch, newPage } from '../lib/browser.mjs';
import { faults, overBudget, rules, transfer, unsafe } from '../lib/check.mjs';
import { crawl } from '../lib/crawl.mjs';
import { startPortal } from '../lib/portal.mjs';
import { signIn } from '../lib/signin.mjs';
import { GENITORI } from '../lib/storia/gente.mjs';
import { racconta } from '../lib/storia/tutta.mjs';
import { VISITORS } from '../lib/visitors.mjs';

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 10 * 60_000 };
const WAYS = [DESK, NARROW].flatMap((viewport) => [true, false].map((script) => ({ viewport, script })));
// Fewer kinds than this mean that the crawl did not get in, not that all is well.
const LEAST_KINDS = { nobody: 25, door: 3, parent: 22, clerk: 6, administrator: 3, auditor: 3, school: 2 };
const LEAST_SCENES = 40;

let portal;
let browser;
before(async () => {
  portal = await startPortal();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

async function visitEach({ who, start, name }, way, check) {
  const page = await newPage(browser, way);
  const address = `${portal.url}${start}`;
  await page.goto(address);
  if (name) await signIn(page, name);
  const found = [];
  const { kinds, dead } = await crawl(page, address, async (visit, kind, answer) => {
    for (const fault of await check(visit)) found.push(`${kind}: ${fault}`);
    for (const fault of unsafe(answer.headers(), Boolean(name), kind)) found.push(`${kind}: ${fault}`);
    visit.faults.length = 0;
  });
  await page.context().close();
  assert.ok(kinds.length >= LEAST_KINDS[who], `only ${kinds.length} kinds of pages: ${kinds.join(' ')}`);
  assert.deepEqual([...dead, ...found], []);
}

for (const visitor of VISITORS) {
  for (const way of WAYS) {
    const name = `${visitor.who}, ${way.viewport.width} px, script ${way.script ? 'on' : 'off'}`;
    test(`pages keep the rules of accessibility (${name})`, LIMIT, () => visitEach(visitor, way, faults));
  }
}

// The office works at a desk all day: its pages have no budget.
for (const visitor of VISITORS.filter(({ staff }) => !staff)) {
  test(`a first visit to each page keeps its budget (${visitor.who})`, LIMIT, () =>
    visitEach(visitor, { viewport: NARROW }, async (page) => overBudget(await transfer(browser, page.url(), { from: page }))));
}

// Pages that no link leads to: forms with answers and with errors, confirmations, refusals, each state of a pratica.
for (const [index, script] of [true, false].entries()) {
  test(`pages of the story keep the rules (both widths, script ${script ? 'on' : 'off'})`, LIMIT, async () => {
    const { watcher, seen, found } = rules([NARROW, DESK]);
    await racconta({ browser, portal, way: { viewport: DESK, script }, watcher, chi: GENITORI[index], volta: index });
    assert.ok(seen.size >= LEAST_SCENES, `only ${seen.size} pages: ${[...seen].join(', ')}`);
    assert.deepEqual(found, []);
  });
}

// Pictures of every page for people to look at: node screenshots.mjs FOLDER
// Two widths, as nobody, as a parent, as a clerk. Started by `cargo xtask screenshots`.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DESK, PHONE, launch, newPage } from './lib/browser.mjs';
import { crawl } from './lib/crawl.mjs';
import { startPortal } from './lib/portal.mjs';
import { signIn } from './lib/signin.mjs';
import { GENITORI } from './lib/storia/gente.mjs';
import { racconta } from './lib/storia/tutta.mjs';
import { VISITORS } from './lib/visitors.mjs';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node screenshots.mjs FOLDER');
  process.exit(2);
}
await rm(folder, { recursive: true, force: true });
const portal = await startPortal();
const browser = await launch();
let dead = [];
try {
  for (const [index, viewport] of [PHONE, DESK].entries()) {
    await story(viewport, GENITORI[index], index);
    for (const visitor of VISITORS) {
      const page = await newPage(browser, { viewport });
      const start = `${portal.url}${visitor.start}`;
      await page.goto(start);
      if (visitor.name) await signIn(page, visitor.name);
      const shelf = join(folder, String(viewport.width), visitor.who);
      await mkdir(shelf, { recursive: true });
      const seen = new Map();
      const outcome = await crawl(page, start, async (_, kind) => {
        const number = (seen.get(kind) ?? 0) + 1;
        seen.set(kind, number);
        const name = kind.replace(/^\/|\/$/g, '').replaceAll('/', '_').replaceAll('…', 'N') || 'radice';
        await page.screenshot({ path: join(shelf, `${name}-${number}.png`), fullPage: true });
      });
      dead = dead.concat(outcome.dead);
      console.log(`${viewport.width} px, ${visitor.who}: ${outcome.kinds.length} kinds of pages`);
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await portal.stop();
}
for (const link of dead) console.error(`leads nowhere: ${link}`);
process.exitCode = dead.length > 0 ? 1 : 0;

// Pages that no link leads to, in the order in which they are met.
async function story(viewport, chi, volta) {
  const shelf = join(folder, String(viewport.width), 'storia');
  await mkdir(shelf, { recursive: true });
  const seen = new Set();
  const watcher = async (page, name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const file = `${String(seen.size).padStart(2, '0')} ${name.replaceAll('/', '-')}.png`;
    await page.screenshot({ path: join(shelf, file), fullPage: true });
  };
  await racconta({ browser, portal, way: { viewport, script: true }, watcher, chi, volta });
  console.log(`${viewport.width} px, story: ${seen.size} pages`);
}

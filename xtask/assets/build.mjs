// Builds what the portal serves and what the documents print with, from locked packages and from crates/web.
// Started by `cargo xtask assets`, which decides whether there is anything to do; not meant to be called by hand.
//   node xtask/assets/build.mjs OUT
// OUT gets web/ (names with a content hash, .br and .gz beside, manifest.json) and fonts/ (TrueType for documents).
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { styleSheet } from './css.mjs';
import { documentFonts, webFonts } from './fonts.mjs';
import { Output } from './output.mjs';
import { report } from './budget.mjs';
import { content } from './content.mjs';

const out = process.argv[2];
if (!out) {
  console.error('usage: node xtask/assets/build.mjs OUT');
  process.exit(2);
}
const assets = 'crates/web/assets';
mkdirSync(join(out, 'web'), { recursive: true });
mkdirSync(join(out, 'fonts'), { recursive: true });
const web = new Output(join(out, 'web'));

// Fonts first: the style sheets name them by their hashed names.
const faces = await webFonts(web);
for (const [name, bytes] of await documentFonts()) writeFileSync(join(out, 'fonts', name), bytes);

const own = (name) => (existsSync(join(assets, name)) ? readFileSync(join(assets, name), 'utf8') : null);
const sheets = [
  { name: 'app.css', own: own('sportello.css') ?? missing('sportello.css'), content: content({ office: false }) },
  { name: 'ufficio.css', own: own('ufficio.css'), content: content({ office: true }) },
];
for (const sheet of sheets.filter((s) => s.own !== null)) web.add(sheet.name, await styleSheet({ ...sheet, faces }));

// Everything else that is ours is served as it is: icone.svg, sportello.js, pictures.
if (existsSync(assets)) {
  for (const file of readdirSync(assets).sort()) {
    if (extname(file) !== '.css') web.add(file, readFileSync(join(assets, file)));
  }
}
web.writeManifest();
process.exitCode = report(web) ? 0 : 1;

function missing(name) {
  console.log(`note: ${assets}/${name} does not exist; app.css holds the subset only`);
  return '';
}

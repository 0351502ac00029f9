// Titillium Web (SIL OFL 1.1) in the forms we need: two woff2 files a weight for pages, TrueType for documents; and
// Roboto Mono (SIL OFL 1.1) for the codes of printed notices.
import { readFileSync } from 'node:fs';
import subsetFont from 'subset-font';

const WEIGHTS = [400, 600, 700];
const MONO_WEIGHTS = [400, 700];
const source = (subset, weight, family = 'titillium-web') =>
  readFileSync(`node_modules/@fontsource/${family}/files/${family}-${subset}-${weight}-normal.woff2`);

// The basic file: what Italian, English, French, German and Spanish texts need, with the usual punctuation.
const BASIC = ['20-7E', 'A0-FF', '131', '152-153', '2013-2014', '2018-201A', '201C-201E', '2022', '2026', '2039-203A', '20AC', '2212'];
// The rest of the family's Latin letters, fetched only by a page that holds one.
const EXTENDED = ['100-130', '132-151', '154-2BA', '1E00-1E9F', '1EF2-1EFF', '20A0-20AB', '20AD-20C0', '2113'];

const letters = (ranges) =>
  ranges
    .flatMap((range) => {
      const [from, to = from] = range.split('-').map((hex) => Number.parseInt(hex, 16));
      return Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
    })
    .join('');

const unicodeRange = (ranges) => ranges.map((range) => `U+${range}`).join(',');

// Writes the six web fonts and answers their @font-face rules, the fallback face with the same metrics included.
export async function webFonts(web) {
  const faces = [];
  for (const weight of WEIGHTS) {
    for (const [subset, ranges] of [['latin', BASIC], ['latin-ext', EXTENDED]]) {
      const bytes = await subsetFont(source(subset, weight), letters(ranges), { targetFormat: 'woff2', noLayoutClosure: true });
      const file = web.add(`titillium-web-${weight}-${subset}.woff2`, bytes);
      faces.push(
        `@font-face{font-family:"Titillium Web";font-weight:${weight};font-display:swap;` +
          `src:url(${file}) format("woff2");unicode-range:${unicodeRange(ranges)}}`,
      );
    }
  }
  // Arial stretched to Titillium's metrics: the page does not move when the font arrives.
  faces.push(
    '@font-face{font-family:"TW Fallback";src:local("Arial"),local("Liberation Sans");size-adjust:93.2%;' +
      'ascent-override:121.6%;descent-override:41.6%;line-gap-override:0%}',
  );
  return faces.join('');
}

// What the typesetter reads is TrueType: every glyph of Titillium Web, one file a weight and alphabet, and of Roboto
// Mono the letters of codes and amounts.
export async function documentFonts() {
  const files = [];
  for (const weight of WEIGHTS) {
    for (const subset of ['latin', 'latin-ext']) {
      const bytes = await subsetFont(source(subset, weight), null, {
        targetFormat: 'sfnt',
        keepAllGlyphs: true,
        preserveNameIds: [16, 17],
      });
      files.push([`titillium-web-${weight}-${subset}.ttf`, bytes]);
    }
  }
  for (const weight of MONO_WEIGHTS) {
    const bytes = await subsetFont(source('latin', weight, 'roboto-mono'), letters(['20-7E']), { targetFormat: 'sfnt', noLayoutClosure: true });
    files.push([`roboto-mono-${weight}.ttf`, bytes]);
  }
  return files;
}

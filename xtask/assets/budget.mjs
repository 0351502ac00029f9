// Prints what travels to a browser and compares it with the page budgets.
const KIB = 1024;
const BUDGETS = [
  { what: 'style sheet, citizen', files: ['app.css'], limit: 16 * KIB },
  { what: 'style sheet, office', files: ['ufficio.css'], limit: 16 * KIB },
  { what: 'fonts, basic', files: [400, 600, 700].map((w) => `titillium-web-${w}-latin.woff2`), limit: 34 * KIB },
  { what: 'icons', files: ['icone.svg'], limit: 6 * KIB },
  { what: 'script', files: ['sportello.js'], limit: 8 * KIB },
  { what: 'script, office', files: ['ufficio.js'], limit: 8 * KIB },
];

// Answers true when every budget is kept.
export function report(web) {
  for (const [name, { bytes, sent }] of web.files) console.log(`  ${name.padEnd(34)} ${String(bytes).padStart(8)} B  sent ${String(sent).padStart(7)} B`);
  let kept = true;
  for (const { what, files, limit } of BUDGETS) {
    const sent = files.reduce((sum, name) => sum + (web.files.get(name)?.sent ?? 0), 0);
    const over = sent > limit;
    if (over) kept = false;
    console.log(`  ${what.padEnd(34)} ${String(sent).padStart(8)} of ${limit} B${over ? '  OVER BUDGET' : ''}`);
  }
  return kept;
}

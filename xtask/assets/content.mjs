// The words by which the subset decides what our pages use: templates whole, and class names written in Rust.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

const TEMPLATES = 'crates/web/templates';
const SOURCES = 'crates/web/src';

function walk(folder, ext) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path, ext);
    return entry.name.endsWith(ext) ? [path] : [];
  });
}

// Office pages live in templates/ufficio and lean on the shared parts, so their sheet looks at all templates.
export function content({ office }) {
  const templates = walk(TEMPLATES, '.html')
    .filter((path) => office || !path.startsWith(join(TEMPLATES, 'ufficio') + sep))
    .map((path) => ({ raw: readFileSync(path, 'utf8'), extension: 'html' }));
  const classes = walk(SOURCES, '.rs').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/"([a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*)"/g)].map((m) => m[1]),
  );
  return [...templates, { raw: classes.join('\n'), extension: 'txt' }];
}

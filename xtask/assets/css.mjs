// One style sheet: font faces, the part of Bootstrap Italia that our pages use, then our own layer.
import { readFileSync } from 'node:fs';
import postcss from 'postcss';
import { PurgeCSS } from 'purgecss';

const FRAMEWORK = 'node_modules/bootstrap-italia/dist/css/bootstrap-italia.min.css';
const VERSION = JSON.parse(readFileSync('node_modules/bootstrap-italia/package.json', 'utf8')).version;
// Families of the framework that only its script drives, or that match by tag alone.
const UNUSED = /data-focus-mouse|::placeholder|splide|carousel|bootstrap-select|dropdown|\.toggles|offcanvas|accordion|autocomplete/;
// Right after Titillium in every stack, so that text does not move when the font arrives.
const STACK = '"Titillium Web","TW Fallback"';

export async function styleSheet({ name, own, content, faces }) {
  const framework = readFileSync(FRAMEWORK, 'utf8').replace(/^\uFEFF/, '');
  const [purged] = await new PurgeCSS().purge({
    content,
    css: [{ raw: framework, name }],
    variables: true,
    keyframes: true,
    fontFace: true,
    // A variable that only our layer reads looks unused to the subset.
    safelist: { variables: ['--bootstrap-italia-version', ...new Set(own.match(/--[\w-]+/g) ?? [])] },
  });
  const subset = postcss.parse(purged.css);
  dropUnused(subset);
  useTitillium(subset);
  let text = minify(subset);
  if (!text.includes('--bootstrap-italia-version')) text = `:root{--bootstrap-italia-version:"${VERSION}"}${text}`;
  const layer = postcss.parse(own, { from: name });
  useTitillium(layer);
  return `${faces}${text}${minify(layer)}`;
}

function dropUnused(root) {
  root.walkRules((rule) => {
    if (rule.parent.type === 'atrule' && rule.parent.name.endsWith('keyframes')) return;
    const kept = rule.selectors.filter((selector) => !UNUSED.test(selector));
    if (kept.length === 0 || rule.nodes.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
}

// Lora and Roboto Mono, which some components ask for, are not shipped.
function useTitillium(root) {
  root.walkDecls((decl) => {
    if (decl.prop !== 'font-family' && decl.prop !== 'font' && !decl.prop.startsWith('--')) return;
    if (decl.parent.type === 'atrule' && decl.parent.name === 'font-face') return;
    if (decl.prop === 'font-family' && /^"?(Lora|Roboto Mono)"?/.test(decl.value)) decl.value = `${STACK},sans-serif`;
    else if (!decl.value.includes('TW Fallback')) decl.value = decl.value.replace(/"?Titillium Web"?/g, STACK);
  });
}

// White space and comments only: values keep their meaning, strings their blanks.
function minify(root) {
  root.walkComments((comment) => comment.remove());
  for (let before = -1; before !== count(root); ) {
    before = count(root);
    root.walk((node) => {
      if (node.nodes && node.nodes.length === 0) node.remove();
    });
  }
  root.raws = { after: '', semicolon: false };
  root.walk((node) => {
    if (node.type === 'decl') {
      node.raws = { before: '', between: ':', important: node.important ? '!important' : undefined };
      node.value = /["']/.test(node.value) ? node.value.trim() : node.value.trim().replace(/\s+/g, ' ').replace(/, /g, ',');
    } else {
      node.raws = { before: '', between: '', after: '', afterName: ' ', semicolon: false };
      if (node.type === 'rule' && !/["']/.test(node.selector)) node.selector = node.selector.replace(/\s+/g, ' ').replace(/ ?([>,]) ?/g, '$1');
      if (node.type === 'atrule') node.params = node.params.replace(/\s+/g, ' ');
    }
  });
  return root.toString();
}

function count(root) {
  let nodes = 0;
  root.walk(() => { nodes += 1; });
  return nodes;
}

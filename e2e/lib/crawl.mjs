// Every page that can be reached by links from one page, as the person of that page: nothing is listed by hand.

// A page whose address differs only in an identifier is the same kind of page; this many of each kind are visited.
const EACH_KIND = 2;
// More pages than this are a trap of endless addresses, not a portal.
const LIMIT = 300;
const REDIRECTS_MAX = 5;
// These take the browser to another site: porte.test.mjs goes there.
const LEAVING = /\/accesso\/(cie|eidas)$/;
const IDENTIFIER = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|\d{2,}|(?<=\/ufficio\/modelli\/)[a-z-]+/gi;

// Kind of a page: its path without identifiers and without the query.
export function kindOf(url) {
  return new URL(url).pathname.replace(IDENTIFIER, '…');
}

// Calls `visit(page, kind, answer)` on every page below `start`; `answer` holds its status and headers. Answers the kinds seen and the links that lead nowhere.
export async function crawl(page, start, visit) {
  const root = new URL(start);
  const within = (url) => url.origin === root.origin && url.pathname.startsWith(root.pathname) && !LEAVING.test(url.pathname);
  const queue = [root.href];
  const known = new Set(queue);
  const visits = new Map();
  const dead = [];
  while (queue.length > 0 && known.size < LIMIT) {
    const address = queue.shift();
    const kind = kindOf(address);
    if ((visits.get(kind) ?? 0) >= EACH_KIND) continue;
    visits.set(kind, (visits.get(kind) ?? 0) + 1);
    const head = await ask(page, address);
    if (!head.ok()) dead.push(`${head.status()} ${address}`);
    if (!(head.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    await page.goto(address, { waitUntil: 'load' });
    await visit(page, kind, head);
    for (const href of await links(page)) {
      const url = new URL(href);
      url.hash = '';
      if (within(url) && !known.has(url.href)) {
        known.add(url.href);
        queue.push(url.href);
      }
    }
  }
  if (known.size >= LIMIT) dead.push(`more than ${LIMIT} addresses below ${start}`);
  return { kinds: [...visits.keys()].sort(), dead };
}

// The answer as the signed-in person gets it. Playwright keeps secure cookies from plain loopback addresses, which a
// browser does not, and forgets ours on a redirect.
async function ask(page, address) {
  let at = address;
  for (let hop = 0; ; hop += 1) {
    const { hostname, pathname } = new URL(at);
    const sent = (await page.context().cookies()).filter(({ domain, path }) => domain === hostname && pathname.startsWith(path));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await page.request.get(at, { maxRedirects: 0, headers: { cookie } });
    const { location } = answer.headers();
    if (answer.status() < 300 || answer.status() > 399 || !location || hop === REDIRECTS_MAX) return answer;
    at = new URL(location, at).href;
  }
}

// A link to the same page in another language would change the language of the rest of the visit.
function links(page) {
  return page.evaluate(() =>
    Array.from(document.links)
      .filter((link) => link.protocol.startsWith('http') && ['', document.documentElement.lang].includes(link.hreflang))
      .map((link) => link.href),
  );
}

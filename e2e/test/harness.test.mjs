// The helpers themselves: each must find the fault that it is there to find. Needs no portal.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { NARROW, WAYS, launch, newPage } from '../lib/browser.mjs';
import { faults, overBudget, transfer } from '../lib/check.mjs';
import { choose, click, fill, fillDate, heading } from '../lib/labels.mjs';

const page = (body, title = 'Prova - Comune di Prova') => `<!doctype html><html lang="it"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title}</title><link rel="icon" href="data:,"></head><body><main>${body}</main></body></html>`;
const PAGES = {
  '/': page('<h1>Casa</h1><p><a href="/modulo">Avvia pratica</a></p>'),
  '/modulo': page(`<h1>Modulo</h1><form method="get" action="/inviata">
    <p><label for="a">Nome dell’alunno <span>(facoltativo)</span></label><input type="text" id="a" name="nome"></p>
    <fieldset><legend>Dieta</legend><input type="radio" id="n" name="dieta" value="n"><label for="n">Nessuna</label>
    <input type="radio" id="v" name="dieta" value="v"><label for="v">Vegetariana</label></fieldset>
    <fieldset><legend>Nato il</legend><label for="g">Giorno</label><input type="text" id="g" name="g">
    <label for="m">Mese</label><input type="text" id="m" name="m"><label for="y">Anno</label><input type="text" id="y" name="y"></fieldset>
    <button type="submit">Invia</button></form>`),
  '/inviata': page('<h1>Richiesta inviata</h1>'),
  '/senza-nome': page('<h1>Modulo</h1><input type="text">'),
  '/larga': page('<h1>Larga</h1><div style="width:2000px">x</div>'),
  '/errore': page('<h1>Errore</h1><script>nulla()</script>'),
  '/script': page('<h1>Vuota</h1><script>document.querySelector("h1").textContent = "Scritta"</script>'),
  '/pesante': page(`<h1>Pesante</h1><p>${Array.from({ length: 9000 }, (_, i) => (i * 7919 % 65521).toString(36)).join(' ')}</p>`),
};

// A browser that hangs must not hang the run.
const LIMIT = { timeout: 60_000 };

let server;
let browser;
let root;
before(async () => {
  server = createServer((request, response) => {
    const body = PAGES[new URL(request.url, 'http://x').pathname];
    response.writeHead(body ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' });
    response.end(gzipSync(body ?? ''));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const way of WAYS) {
  test(`a form is filled in by its labels (${way.name})`, LIMIT, async () => {
    const visit = await newPage(browser, way);
    await visit.goto(root);
    await click(visit, 'Avvia pratica');
    await fill(visit, 'Nome dell’alunno', 'Luca');
    await choose(visit, 'Dieta', 'Vegetariana');
    await fillDate(visit, 'Nato il', [3, 9, 2019]);
    await click(visit, 'Invia');
    assert.equal(await heading(visit), 'Richiesta inviata');
    assert.equal(new URL(visit.url()).search, '?nome=Luca&dieta=v&g=3&m=9&y=2019');
    assert.deepEqual(await faults(visit), []);
    await visit.context().close();
  });

  test(`a field without a name is found (${way.name})`, LIMIT, async () => {
    const visit = await newPage(browser, way);
    await visit.goto(`${root}/senza-nome`);
    const found = await faults(visit);
    assert.ok(found.some((line) => line.startsWith('axe: label:')), found.join('\n'));
    await visit.context().close();
  });
}

test('script off is off, before and after axe has run', LIMIT, async () => {
  const visit = await newPage(browser, { script: false });
  for (let round = 0; round < 2; round += 1) {
    await visit.goto(`${root}/script`);
    assert.equal(await heading(visit), 'Vuota');
    assert.deepEqual(await faults(visit), []);
  }
  await visit.context().close();
});

test('a page that is too wide and a script that fails are found', LIMIT, async () => {
  const visit = await newPage(browser, { viewport: NARROW });
  await visit.goto(`${root}/larga`);
  assert.ok((await faults(visit)).includes('width: the page scrolls sideways'));
  await visit.goto(`${root}/errore`);
  assert.ok((await faults(visit)).some((line) => line.includes('nulla is not defined')));
  await visit.context().close();
});

test('a heavy page is over its budget, a light one is not, and bytes are counted compressed', LIMIT, async () => {
  const light = await transfer(browser, `${root}/modulo`);
  assert.deepEqual(overBudget(light), []);
  assert.equal(light.requests, 1);
  assert.ok(light.html > 0 && light.html < PAGES['/modulo'].length, JSON.stringify(light));
  const heavy = await transfer(browser, `${root}/pesante`);
  assert.match(overBudget(heavy).join(), /^html: \d+ of 12288/);
});

// Direct debits (G13): the office sends a file to the bank and reads its answer; a family pays what was refused.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { click, upload } from '../labels.mjs';
import { arrive, follow, look, refused } from '../passi.mjs';
import { documentOf } from '../pdf.mjs';
import { ROOT } from '../portal.mjs';
import { letterWith } from '../posta.mjs';
import { checkCode, pagaDaPagina } from './rette.mjs';

const SCHEMA = join(ROOT, '..', 'shared', 'specs', 'sepa');
const DATA = /\d{1,2} \p{L}+ \d{4}/u;

const at = async (desk, title) => {
  await desk.getByRole('heading', { level: 1, name: title }).waitFor();
  await look(desk, `Ufficio, ${await desk.getByRole('heading', { level: 1 }).innerText()}`);
};

// The clerk makes the file of the proposed day, unless it is there already, and downloads it. Answers its text.
export async function mandaInBanca(desk) {
  await desk.getByRole('navigation', { name: /Menu/ }).getByRole('link', { name: 'Addebiti SDD' }).click();
  await at(desk, 'Addebiti SDD');
  const row = desk.getByRole('row').filter({ hasText: /SDD-\d{4}-\d+/ });
  if ((await row.count()) === 0) {
    const proposed = desk.getByLabel('Giorno di addebito');
    const day = await proposed.inputValue();
    await proposed.fill('2020-01-01');
    await refused(desk, 'Prepara la distinta', /La banca riceverebbe il file troppo tardi: il primo giorno utile è/);
    await proposed.fill(day);
    await click(desk, 'Prepara la distinta');
    await row.waitFor();
    assert.match(await row.innerText(), /Da scaricare/);
    await look(desk, 'Ufficio, distinta da scaricare');
  }
  const [download] = await Promise.all([desk.waitForEvent('download'), row.getByRole('button', { name: /^Scarica/ }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  await desk.reload();
  assert.match(await row.innerText(), /Inviata alla banca|Con risposta della banca/);
  await look(desk, 'Ufficio, distinta inviata');
  return text;
}

// Judges a file by the schema of its own message; says why when it cannot.
export async function valida(xml) {
  const [, message] = xml.match(/urn:iso:std:iso:20022:tech:xsd:([a-z0-9.]+)/);
  const schema = join(SCHEMA, `${message}.xsd`);
  if (!existsSync(schema)) {
    assert.notEqual(process.env.SPORTELLO_SPECS, 'required', `${schema} is not there`);
    console.log(`skipped: ${message} against its schema, which is not beside the checkout`);
    return;
  }
  await inFile('file.xml', xml, (path) => execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, path], { stdio: 'pipe' }));
}

// What a bank answers when it refuses one collection of a file (`which`, from 0) for lack of funds.
export function rifiuto(pain008, which, { cents } = {}) {
  const one = (text, name) => text.match(new RegExp(`<${name}[^>]*>([^<]+)</${name}>`))[1];
  const [, ...parts] = pain008.split('<PmtInf>');
  const collections = parts.flatMap((part) =>
    part.split('<DrctDbtTxInf>').slice(1).map((text) => ({ text, batch: one(part, 'PmtInfId'), day: one(part, 'ReqdColltnDt') })),
  );
  const { text, batch, day } = collections[which];
  const amount = cents ?? one(text, 'InstdAmt');
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>BANCA-${which + 1}</MsgId><CreDtTm>${day}T07:30:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>${one(pain008, 'MsgId')}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>${batch}</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>${one(text, 'EndToEndId')}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">${amount}</InstdAmt></Amt><ReqdColltnDt>${day}</ReqdColltnDt><MndtRltdInf><MndtId>${one(text, 'MndtId')}</MndtId></MndtRltdInf></OrgnlTxRef>
</TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
`;
  const [, numero] = one(text, 'Ustrd').match(/(\d+\/M\/\d{4})/);
  return { xml, numero, quante: collections.length };
}

// The clerk takes in the bank's answer: one with a wrong amount is refused whole, the right one is booked, twice is once.
export async function leggiEsitoBanca(desk, pain008, which) {
  const wrong = rifiuto(pain008, which, { cents: '0.01' });
  await inFile('sbagliato.xml', wrong.xml, async (path) => {
    await upload(desk, 'File della banca', path);
    await refused(desk, 'Importa l’esito', /riga/i);
    assert.match(await desk.getByRole('alert').innerText(), /Riga 1: l’importo non è quello dell’addebito/);
  });
  const { xml, numero } = rifiuto(pain008, which);
  await valida(xml);
  await inFile('esito-banca.xml', xml, async (path) => {
    for (const again of [false, true]) {
      await upload(desk, 'File della banca', path);
      await click(desk, 'Importa l’esito');
      await at(desk, 'Esito della banca');
      const text = await desk.getByRole('main').innerText();
      assert.match(text, /Insoluto: la famiglia paga con pagoPA/);
      assert.match(text, /AM04/);
      assert.equal(/era già stato importato/.test(text), again, text);
      await look(desk, again ? 'Ufficio, esito già importato' : 'Ufficio, esito importato');
      await follow(desk, 'Torna agli addebiti SDD');
      await at(desk, 'Addebiti SDD');
    }
  });
  return numero;
}

// What a family reads while the bank has the debt: the day, why it cannot be paid here, no box, no notice.
export async function aspettaAddebito(page, numero) {
  await arrive(page, 'Pagamento servizi scolastici');
  const row = page.getByRole('row').filter({ hasText: numero });
  assert.match(await row.innerText(), new RegExp(`In addebito SDD il ${DATA.source}`, 'u'));
  assert.match(await row.innerText(), /qui non si può pagare/);
  assert.equal(await row.getByRole('checkbox').count(), 0, 'a debt that is being debited can be ticked');
  assert.equal(await row.getByRole('link', { name: /^Stampa avviso/ }).count(), 0, 'a debt that is being debited has a notice');
  await look(page, 'Rette in addebito');
}

// What the family finds once the bank has refused: words, the mail, a notice of the debt's own whose code can be read.
export async function trovaInsoluto(page, portal, numero) {
  await page.reload();
  await arrive(page, 'Pagamento servizi scolastici');
  const row = page.getByRole('row').filter({ hasText: numero });
  const text = await row.innerText();
  assert.match(text, /Insoluto SDD/);
  assert.match(text, /Il pagamento sostituisce l’addebito non riuscito\./);
  await look(page, 'Retta insoluta');
  const letter = await letterWith(page, portal, ['Una retta è da pagare'], { receipt: false });
  assert.match(letter.text, /l'addebito di una retta non è andato a buon fine/);
  const importo = text.match(/\d[\d.]*,\d\d\s€/)[0];
  assert.ok(!letter.text.includes(importo.replace(/\s€$/, '')), 'the letter tells the amount to whoever reads the mail');
  const avviso = await documentOf(page, row.getByRole('link', { name: /^Stampa avviso/ }));
  const [codice] = avviso.text.match(/\d{4} \d{4} \d{4} \d{4} \d\d/);
  assert.ok(avviso.text.includes(importo.replace(/\s€$/, '')), `the notice lacks ${importo}`);
  checkCode(avviso.codes, codice, importo);
  return { codice, importo };
}

// Ticks that debt alone and pays it.
export async function pagaInsoluto(page, portal, numero) {
  await page.getByRole('row').filter({ hasText: numero }).getByRole('checkbox').check();
  await pagaDaPagina(page, portal, numero);
}

async function inFile(name, text, use) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-sdd-'));
  try {
    const path = join(folder, name);
    await writeFile(path, text);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

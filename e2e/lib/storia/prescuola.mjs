// A form that nobody has programmed: written to disk by its author, published by the command, known to no source file.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../portal.mjs';

const DAY_MS = 86_400_000;
const STEP = (id, step, title) => `[[page]]\nid = "${id}"\nstep = "${step}"\ntitle = "${title}"\n`;

// Its three texts; every identifier that is its own ends in a mark of this run.
export function modello() {
  const mark = randomBytes(4).toString('hex');
  const [code, id] = [`pre-scuola-${mark}`, (name) => `${name}_${mark}`];
  const titolo = `Iscrizione al pre-scuola ${mark}`;
  return { code, mark, id, titolo, testi: { 'toml': italiano(code, titolo, id), 'en.toml': inglese(titolo, id), 'procedura.toml': procedura(code, titolo) } };
}

function italiano(code, titolo, id) {
  const [bimbi, nome, nascita, ingresso, tappo] = ['bimbi', 'nome', 'nascita', 'ingresso', 'motivo'].map(id);
  return `code = "${code}"
title = "${titolo}"
service = "servizi-scolastici"
sign_in = "spid-l2"
procedure = "${code}"
${STEP('privacy', 'privacy', 'Informativa sulla privacy')}
${STEP('richiedente', 'dati-generali', 'Chi fa la domanda')}
${STEP('bimbi', 'dati-generali', 'Chi viene al pre-scuola')}
${STEP('anticipo', 'preferenze', 'Ingresso anticipato')}
${STEP('quota', 'preferenze', 'Quota e conferma')}
[[group]]
id = "${bimbi}"
page = "bimbi"
title = "Chi viene al pre-scuola"
row_name = "Bambino"
row_title = "{${nome}}"
min = 1
max = 4

[[field]]
use = "bank:informativa"
page = "privacy"

[[field]]
use = "bank:identita"
page = "richiedente"

[[field]]
use = "bank:recapiti"
page = "richiedente"

[[field]]
id = "${nome}"
group = "${bimbi}"
kind = "text"
label = "Nome del bambino"
required = true

[[field]]
id = "${nascita}"
group = "${bimbi}"
kind = "date"
label = "Nato il"
past = true
required = true

[[field]]
id = "${ingresso}"
group = "${bimbi}"
kind = "choice"
label = "Ora di ingresso"
required = true
options = [
  { value = "alba", label = "alle 7.15" },
  { value = "mattina", label = "alle 7.45" },
]

[[field]]
id = "${tappo}"
group = "${bimbi}"
page = "anticipo"
kind = "text"
label = "Perché così presto"
when = 'row.${ingresso} == "alba" and age(row.${nascita}) < 11'
required = true

[[field]]
id = "${id('orari')}"
page = "anticipo"
kind = "file"
label = "Orario di lavoro"
accept = ["pdf"]
max_mb = 2
when = 'any(${bimbi}, row.${ingresso} == "alba")'
required = true

[[field]]
id = "${id('quota')}"
page = "quota"
kind = "computed"
label = "Quota del mese"
gives = "money"
value = 'count(${bimbi}) * 30.00 + count(${bimbi}, row.${ingresso} == "alba") * 12.50'

[[field]]
id = "${id('accetto')}"
page = "quota"
kind = "declaration"
label = "Accetto la quota"
required = true

[[stop]]
id = "piccoli"
when = 'any(${bimbi}, row.${ingresso} == "alba" and age(row.${nascita}) < 3)'
message = "Sotto i 3 anni si entra dalle 7.45."

[[example]]
name = "uno alle 7.45"
expect = { errors = [] }

[example.answers]
privacy = true
cf = "RSSMRA85C12B442I"
cognome = "Rossi"
nome = "Mario"
data_nascita = 1985-03-12
email = "mario.rossi@posta.example"
${bimbi} = [{ row = "a", ${nome} = "Pia", ${nascita} = 2020-01-31, ${ingresso} = "mattina" }]
${id('accetto')} = true

[[example]]
name = "uno alle 7.15"
base = "uno alle 7.45"
answers = { ${bimbi} = [{ row = "a", ${ingresso} = "alba" }] }
expect = { errors = ["${bimbi}/a/${tappo}: required", "${id('orari')}: required"] }

[[example]]
name = "troppo piccolo"
base = "uno alle 7.15"
answers = { ${id('orari')} = "orari.pdf", ${bimbi} = [{ row = "a", ${nascita} = 2025-01-31, ${tappo} = "lavoro" }] }
expect = { errors = ["${bimbi}/a/${ingresso}: stop"] }
`;
}

function inglese(titolo, id) {
  return `title = "Before-school care ${titolo.split(' ').at(-1)}"
[page.privacy]
title = "Privacy notice"
[page.richiedente]
title = "Who is applying"
[page.bimbi]
title = "Who comes"
[page.anticipo]
title = "Early entrance"
[page.quota]
title = "Fee"
[group.${id('bimbi')}]
title = "Who comes"
row_name = "Child"
[field.${id('nome')}]
label = "Name of the child"
[field.${id('nascita')}]
label = "Born on"
[field.${id('ingresso')}]
label = "Time of entrance"
[field.${id('ingresso')}.options]
alba = "at 7:15"
mattina = "at 7:45"
[field.${id('motivo')}]
label = "Why so early"
[field.${id('orari')}]
label = "Working hours"
[field.${id('quota')}]
label = "Fee of a month"
[field.${id('accetto')}]
label = "I accept the fee"
[stop.piccoli]
message = "Below the age of 3 the entrance is from 7:45."
`;
}

function procedura(code, titolo) {
  const said = ['title', 'lead', 'who', 'achieved', 'cost', 'subject', 'accepted', 'rejected'];
  const words = `{ it = "${titolo}", en = "Before-school care." }`;
  const lists = ['needed', 'steps', 'next'].map((key) => `${key} = [${words}]`);
  return [`code = "${code}"`, 'silence = "nessuno"', ...said.map((key) => `${key} = ${words}`), ...lists, ''].join('\n');
}

// Publishes it in Calvenzano from today for a month, as whoever installs the portal does.
export async function pubblica(portal, { code, testi }) {
  const folder = await mkdtemp(join(tmpdir(), 'sportello-modello-'));
  try {
    for (const [ending, text] of Object.entries(testi)) await writeFile(join(folder, `${code}.${ending}`), text);
    const file = join(folder, `${code}.toml`);
    const today = process.env.E2E_DAY ? Date.parse(process.env.E2E_DAY) : Date.now();
    const day = (away) => new Date(today + away * DAY_MS).toISOString().slice(0, 10);
    const env = {
      ...process.env,
      SPORTELLO_STORAGE__DATABASE: join(portal.data, 'sportello.db'),
      SPORTELLO_STORAGE__FILES: join(portal.data, 'files'),
      SPORTELLO_STORAGE__KEY_FILE: join(portal.data, 'keys/sportello.key'),
    };
    const program = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug/sportello');
    const run = promisify(execFile);
    const window = ['--anno', day(0).slice(0, 4), '--dal', day(-1), '--al', day(30)];
    const { stdout } = await run(program, ['modelli', 'publish', 'calvenzano', file, ...window], { env, cwd: folder });
    assert.match(stdout, /published as version 1/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// No source of the portal says anything of it.
export function sconosciuto({ mark }) {
  const { status, stdout } = spawnSync('grep', ['-rl', mark, 'crates', 'modelli', 'e2e', 'xtask/src'], { cwd: ROOT, encoding: 'utf8' });
  assert.deepEqual([status, stdout], [1, '']);
}

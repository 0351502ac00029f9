// A small form that stands nowhere but here, for a service with few places or an office that stays silent, and what people do
// with it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minuteOfRome, sportello } from '../comando.mjs';
import { click, tick } from '../labels.mjs';
import { arrive, next } from '../passi.mjs';
import { signIn } from '../signin.mjs';

export const CODICE = 'centro-estivo-prova';
export const TITOLO = 'Centro estivo di prova';

const modello = ({ codice, titolo, criteri = '' }) => `
code = "${codice}"
title = "${titolo}"
service = "servizi-scolastici"
sign_in = "spid-l2"
procedure = "${codice}"
[[page]]
id = "privacy"
step = "privacy"
title = "Informativa sulla privacy"
[[page]]
id = "richiedente"
step = "dati-generali"
title = "Chi fa la domanda"
[[field]]
use = "bank:informativa"
page = "privacy"
[[field]]
use = "bank:identita"
page = "richiedente"
[[field]]
use = "bank:recapiti"
page = "richiedente"
${criteri}
[[example]]
name = "completa"
answers = { privacy = true, cf = "RSSMRA85C12B442I", cognome = "Rossi", nome = "Mario", data_nascita = 1985-03-12, email = "mario.rossi@posta.example" }
expect = { errors = [] }
`;
const inglese = ({ criteriInglesi = '' }) => `
title = "Summer camp of a test"
[page.privacy]
title = "Privacy notice"
[page.richiedente]
title = "Who is applying"
${criteriInglesi}
`;
const both = (name, it, en, list = false) => `${list ? `[[${name}]]` : `[${name}]`}\nit = "${it}"\nen = "${en}"\n`;
const procedura = ({ codice, titolo, giorni = 30, silenzio = 'nessuno' }) => [
  `code = "${codice}"\nminutes = 3\nanswer_days = ${giorni}\nsilence = "${silenzio}"\n`,
  both('title', titolo, 'Summer camp of a test'),
  both('lead', 'Chiedi un posto al centro estivo.', 'Ask for a place at the summer camp.'),
  both('who', 'Un genitore.', 'A parent.'),
  both('needed', 'lo SPID del genitore.', 'the SPID identity of the parent.', true),
  both('achieved', 'Un posto per una settimana.', 'A place for a week.'),
  both('steps', 'Rispondi alle domande e premi Invia.', 'Answer the questions and press Send.', true),
  both('cost', 'gratuita', 'free'),
  both('subject', 'Richiesta di un posto al centro estivo', 'Request for a place at the summer camp'),
  both('next', 'L’ufficio controlla le domande in ordine di arrivo.', 'The office looks at applications in order.', true),
  both('accepted', 'Il posto è tuo.', 'The place is yours.'),
  both('rejected', 'La domanda è respinta per il motivo che segue.', 'The application is rejected for this reason.'),
].join('');

// Publishes it with `posti` places that are booked from a minute on, `apre` minutes from now.
export const pubblicaPosti = (portal, { posti, apre }) =>
  pubblica(portal, { codice: CODICE, titolo: TITOLO }, ['--prenota-dal', minuteOfRome(apre), '--posti', String(posti)]);

// Publishes a form of this name (with `criteri` of a ranking, and their English) for a school year, whose office has `giorni` days to answer and
// whose silence is `silenzio`.
export async function pubblica(portal, form, booking = []) {
  const file = join(portal.data, `${form.codice}.toml`);
  await writeFile(file, modello(form));
  await writeFile(file.replace('.toml', '.en.toml'), inglese(form));
  await writeFile(file.replace('.toml', '.procedura.toml'), procedura(form));
  const window = ['--dal', minuteOfRome(-24 * 60), '--al', minuteOfRome(10 * 24 * 60)];
  sportello(portal, [
    'modelli', 'publish', 'calvenzano', file, '--anno', String(form.anno ?? new Date().getFullYear()), ...window, ...booking,
  ]);
}

// Fills the form in and sends it; ends on the confirmation.
export async function inviaDomanda(page, portal, person, { codice, titolo } = { codice: CODICE, titolo: TITOLO }) {
  await page.goto(`${portal.url}/calvenzano/modelli/${codice}`);
  await arrive(page, titolo);
  await click(page, 'Avvia pratica');
  await arrive(page, 'Accedi');
  await signIn(page, person);
  await arrive(page, titolo);
  await click(page, 'Continua');
  await arrive(page, 'Informativa sulla privacy');
  await tick(page, "Ho letto l'informativa sulla privacy");
  await next(page, 'Chi fa la domanda');
  await click(page, 'Avanti');
  await arrive(page, /^Riepilogo/);
  await tick(page, 'Dichiaro');
  await page.getByRole('button', { name: 'Invia', exact: true }).click();
  await arrive(page, 'Richiesta inviata');
}

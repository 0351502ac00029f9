//! What messages say, in Italian: plain words, short sentences. They never name a child, a diet, a bank or an amount.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sportello_domain::{ente::Ente, lingua::Lingua, testo};
use sportello_store::pratica::PraticaRow;

use crate::pratica::protocol_number;

/// What the subject of every message of a demonstration begins with.
const DEMO: &str = "[DIMOSTRAZIONE] ";

/// Subject and text of the message that confirms an INVIA; `numbers` are those of its pratiche, `first` is one of them.
pub(super) fn receipt(ente: &Ente, first: &PraticaRow, numbers: &[String], link: &str) -> (String, String) {
    let pratica = if numbers.len() == 1 { "Pratica" } else { "Pratiche" };
    let numbers = testo::list(numbers, Lingua::It);
    let protocol = match protocol(first) {
        Some(number) => format!("Protocollo n. {number}."),
        None => "Il numero di protocollo è in assegnazione: te lo scriviamo appena c'è.".to_owned(),
    };
    let received = testo::moment(first.received_at, Lingua::It);
    let answer_by = testo::date(first.due_on, Lingua::It);
    let body = format!(
        "abbiamo ricevuto la tua richiesta il {received}.\n{pratica} n. {numbers}.\n{protocol}\n\
         Ti rispondiamo entro il {answer_by}.\nTrovi la ricevuta in allegato. Non devi fare altro.\n\n\
         Per vedere a che punto è: {link}"
    );
    letter(ente, format!("Abbiamo ricevuto la tua richiesta {numbers}"), &body)
}

/// Subject and text of the message that tells the protocol number of an INVIA that was confirmed before it was known.
pub(super) fn registered(ente: &Ente, first: &PraticaRow, numbers: &[String], link: &str) -> (String, String) {
    let (of, numbers) = (if numbers.len() == 1 { "Pratica" } else { "Pratiche" }, testo::list(numbers, Lingua::It));
    let protocol = protocol(first).unwrap_or_default();
    let received = testo::moment(first.received_at, Lingua::It);
    let body = format!(
        "la richiesta che hai inviato il {received} ha il suo numero di protocollo.\nProtocollo n. {protocol}.\n\
         {of} n. {numbers}.\nLa data che conta resta quella dell'invio. Non devi fare altro.\n\n\
         Per vedere a che punto è: {link}"
    );
    letter(ente, format!("Protocollo n. {protocol}: la tua richiesta {numbers}"), &body)
}

/// The protocol number of an INVIA, once it is known.
fn protocol(first: &PraticaRow) -> Option<String> {
    let known = first.protocollo_numero.zip(first.protocollo_anno);
    known.map(|(numero, anno)| protocol_number(numero, anno))
}

/// Subject and text of the message that tells that there is a decision; not which one.
pub(super) fn outcome(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let body = format!("l'ufficio ha deciso sulla pratica n. {number}.\n\nPer leggere la decisione: {link}");
    letter(ente, format!("C'è una risposta alla pratica {number}"), &body)
}

/// Subject and text of the message that tells one on the waiting list of a free place.
pub(super) fn called(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let body = format!(
        "c'è un posto per la pratica n. {number}, che è in lista d'attesa.\nNon devi fare nulla: l'ufficio \
         decide e ti scrive.\n\nPer vedere la pratica: {link}"
    );
    letter(ente, format!("C'è un posto: pratica {number}"), &body)
}

/// Subject and text of the message that tells of a file with a virus.
pub(super) fn blocked(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let office = &ente.settings.office.name;
    let body = format!(
        "in un file che hai inviato con la pratica n. {number} c'è un virus.\nLo abbiamo eliminato: l'ufficio non può \
         leggerlo. La pratica resta inviata.\n\nPer consegnare una copia senza virus contatta l'ufficio: {office}.\n\
         Controlla anche il dispositivo da cui hai caricato il file.\n\nPer vedere la pratica: {link}"
    );
    letter(ente, format!("Un file della pratica {number} non si può leggere"), &body)
}

/// Subject and text of the message that tells that the office asks to complete a pratica; not what about.
pub(super) fn to_complete(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let body = format!(
        "l'ufficio ti chiede di completare la pratica n. {number}.\nNella pagina trovi che cosa manca e fino a quando puoi \
         rispondere.\n\nPer rispondere: {link}"
    );
    letter(ente, format!("Completa la pratica {number}"), &body)
}

/// Subject and text of the message that tells of a notice of rejection: that there is something to answer, and no more.
pub(super) fn noticed(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let body = format!(
        "l'ufficio ti ha scritto prima di decidere sulla pratica n. {number}.\nNella pagina trovi che cosa scrive e fino a \
         quando puoi rispondere: hai dieci giorni.\n\nPer leggere e rispondere: {link}"
    );
    letter(ente, format!("Una comunicazione sulla pratica {number}: puoi rispondere"), &body)
}

/// Subject and text of the message that tells that the office wrote; not what.
pub(super) fn written(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let body = format!(
        "c'è un messaggio dell'ufficio sulla pratica n. {number}.\nPer riservatezza non lo riportiamo qui.\n\n\
         Per leggerlo e rispondere: {link}"
    );
    letter(ente, format!("C'è un messaggio sulla pratica {number}"), &body)
}

/// Subject and text of the message that tells the office that an applicant wrote: neither who nor what.
pub(super) fn to_read(ente: &Ente, number: &str, link: &str) -> (String, String) {
    let body = format!("sulla pratica n. {number} c'è un messaggio da leggere.\n\nPer leggerlo e rispondere: {link}");
    letter(ente, format!("Messaggio da leggere nella pratica {number}"), &body)
}

/// Subject and text of the message with the code that confirms the address it goes to.
pub(super) fn code(ente: &Ente, code: &str, link: &str) -> (String, String) {
    let body = format!(
        "per confermare questo indirizzo scrivi il codice nella pagina del tuo profilo.\n\nCodice: {code}\n\nVale 30 \
         minuti. Non dirlo a nessuno.\n\nPer scriverlo: {link}\n\nSe non l'hai chiesto tu, non fare nulla."
    );
    letter(ente, "Conferma il tuo indirizzo".to_owned(), &body)
}

/// Subject and text of the message that tells of a certificate that ends: neither whose, nor what for.
pub(super) fn to_renew(ente: &Ente, link: &str) -> (String, String) {
    let body = format!(
        "una richiesta sul menu della mensa sta per scadere.\nSe serve ancora, presenta una nuova domanda prima della \
         scadenza.\n\nPer presentarla: {link}"
    );
    letter(ente, "Una richiesta sul menu sta per scadere".to_owned(), &body)
}

/// Subject and text of the message that tells of the invoices of a run.
pub(super) fn invoiced(ente: &Ente, link: &str) -> (String, String) {
    let body = format!(
        "sono pronte le nuove rette della mensa scolastica.\nIn ogni fattura trovi i pasti, la scadenza e come pagare.\n\n\
         Per leggerle: {link}\n\nSe hai scelto l'addebito sul conto non devi fare nulla: la fattura dice quando avviene."
    );
    letter(ente, "Sono pronte le nuove rette".to_owned(), &body)
}

/// Subject and text of the message that tells of a bill that the bank did not debit.
pub(super) fn unpaid(ente: &Ente, link: &str) -> (String, String) {
    let body = format!(
        "l'addebito di una retta non è andato a buon fine.\nOra puoi pagarla con pagoPA, con il suo avviso e una nuova \
         scadenza.\n\nPer vedere la retta e pagarla: {link}\n\nSe il conto è cambiato, scrivi all'ufficio: le prossime \
         rette useranno il conto nuovo."
    );
    letter(ente, "Una retta è da pagare".to_owned(), &body)
}

/// Subject and text of the message that tells of a receipt.
pub(super) fn paid(ente: &Ente, link: &str) -> (String, String) {
    let body = format!(
        "abbiamo ricevuto il tuo pagamento con pagoPA.\nNon devi fare altro.\n\nPer vedere la ricevuta: {link}"
    );
    letter(ente, "Abbiamo ricevuto il tuo pagamento".to_owned(), &body)
}

/// Subject and text of the reminder of a draft that can be sent until `closes_at` and is deleted after `until`.
pub(super) fn draft_closing(ente: &Ente, closes_at: DateTime<Utc>, until: NaiveDate, link: &str) -> (String, String) {
    // The last minute in which it can be sent: nobody reads "until midnight" as the day before.
    let last = testo::moment(closes_at - TimeDelta::minutes(1), Lingua::It);
    let until = testo::date(until, Lingua::It);
    let body = format!(
        "hai iniziato una domanda e non l'hai ancora inviata.\nPuoi inviarla fino al {last}.\n\nPer riprenderla: {link}\n\n\
         Se non ti serve più, non fare nulla: la bozza viene cancellata dopo il {until}."
    );
    letter(ente, "Hai una bozza da inviare".to_owned(), &body)
}

/// Subject and text of the reminder of a draft that is deleted after `until`.
pub(super) fn draft_expiring(ente: &Ente, until: NaiveDate, link: &str) -> (String, String) {
    let until = testo::date(until, Lingua::It);
    let body = format!(
        "hai iniziato una domanda e non l'hai inviata. Il periodo per inviarla è finito.\nLa bozza viene cancellata con i \
         suoi file dopo il {until}.\n\nPer rileggerla prima: {link}\n\nSe non ti serve più, non fare nulla."
    );
    letter(ente, "La tua bozza sta per essere cancellata".to_owned(), &body)
}

/// An invitation to a delega: who invites, and nothing of their affairs.
pub(super) fn invited(ente: &Ente, applicant: &str, link: &str) -> (String, String) {
    let body = format!(
        "{applicant} ti invita a usare i servizi scolastici online a suo nome.\nPer leggere l'invito accedi con il tuo \
         SPID. Puoi accettare o rifiutare.\n\nPer leggere l'invito: {link}\n\nSe non conosci questa persona, non fare \
         nulla."
    );
    letter(ente, "Hai ricevuto un invito".to_owned(), &body)
}

/// Subject and text of an e-mail that carries several messages: the subject of each, and where it leads.
pub(super) fn together(ente: &Ente, news: &[(String, String)]) -> (String, String) {
    let line = |(subject, link): &(String, String)| {
        let subject = subject.strip_prefix(DEMO).unwrap_or(subject);
        format!("- {subject}\n  {link}")
    };
    let lines: Vec<String> = news.iter().map(line).collect();
    let body = format!("ci sono {} novità per te:\n\n{}", news.len(), lines.join("\n\n"));
    letter(ente, format!("Ci sono {} novità per te", news.len()), &body)
}

/// Greeting and signature around a text; the subject of a demonstration says that it is one.
fn letter(ente: &Ente, subject: String, body: &str) -> (String, String) {
    let (settings, office) = (&ente.settings, &ente.settings.office);
    let subject = if settings.demo { format!("{DEMO}{subject}") } else { subject };
    let text = format!(
        "Buongiorno,\n\n{body}\n\n{}\n{}\nTelefono {} ({})\n{}\n\n\
         Questo messaggio è automatico: per scriverci usa {}.",
        settings.name, office.name, office.phone, office.hours, office.email, office.email
    );
    (subject, text)
}
